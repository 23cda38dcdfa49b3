// A session can write remotes; keys log in there only after the user’s yes.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  confirmRemotes,
  rememberRemotes,
  sortRemotes,
} from '../../../src/launch/confirm-remotes.ts';
import { makeWorld, type World } from '../../../src/launch/world.ts';
import type { SshRemote } from '../../../src/plan/ssh-facts.ts';
import { buildFacts, defaultSettings } from '../../support/build-facts.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const github: SshRemote = { user: 'git', host: 'github.com', origin: 'remote origin' };
const evil: SshRemote = { user: 'root', host: 'prod', port: 2222, origin: 'remote evil' };
const project = { id: 'app-0123' };

let home: string;
let asked: string[];

beforeEach(() => {
  home = temporaryDirectory();
  asked = [];
});

const worldThatSays = (answer: boolean): World =>
  makeWorld({
    packageRoot: '/nowhere',
    environment: { HOME: home },
    directory: home,
    streams: process,
    emit: () => undefined,
    confirm: () => Promise.reject(new Error('--yes must not answer')),
    consent: (question, details = []) => {
      asked.push([question, ...details].join('\n'));
      return Promise.resolve(answer);
    },
  });

/** What a run with these remotes may log in to, after the question. */
async function start(
  remotes: readonly SshRemote[],
  answer = false,
  { mode = 'remotes', fails = false } = {},
) {
  const hasRun = existsSync(record());
  const world = worldThatSays(answer);
  const { stateDirectory } = world;
  const facts = buildFacts({
    project,
    ssh: sortRemotes(stateDirectory, project, remotes),
    state: { directory: stateDirectory, writable: stateDirectory },
    settings: { ...defaultSettings, 'ssh.mode': [mode] },
  });
  const settled = await confirmRemotes(world, facts);
  expect(existsSync(record())).toBe(hasRun);
  if (!fails) rememberRemotes(world, settled);
  const { ssh } = settled;
  return { remotes: ssh.remotes, fresh: ssh.fresh };
}

const record = (): string =>
  path.join(home, '.docker-ai-config/projects', project.id, 'ssh-remotes');

describe('remotes', () => {
  it('count without a question in a project that is new', async () => {
    expect(await start([github, evil])).toEqual({ remotes: [github, evil], fresh: [] });
    expect(asked).toEqual([]);
    expect(await start([github, evil])).toEqual({ remotes: [github, evil], fresh: [] });
  });

  it('that came later count after a yes only', async () => {
    await start([github]);
    expect(await start([github, evil])).toEqual({ remotes: [github], fresh: [evil] });
    expect(asked.join()).toContain('root@[prod]:2222 (remote evil)');
    expect(await start([github, evil], true)).toEqual({ remotes: [github, evil], fresh: [] });
    asked = [];
    expect(await start([github, evil])).toEqual({ remotes: [github, evil], fresh: [] });
    expect(asked).toEqual([]);
  });

  it('are as they were before a first run in which keys logged in nowhere', async () => {
    await start([github], false, { mode: 'none' });
    expect((await start([github, evil])).fresh).toEqual([evil]);
  });

  it('that came to a project without any are new', async () => {
    await start([]);
    expect(await start([evil])).toEqual({ remotes: [], fresh: [evil] });
  });

  it('of a start that fails are not remembered', async () => {
    await start([github], false, { fails: true });
    expect(existsSync(record())).toBe(false);
    await start([github]);
    await start([evil], true, { fails: true });
    expect((await start([evil])).fresh).toEqual([evil]);
  });

  it('that differ in the user or the port are others', async () => {
    await start([github]);
    const others = [
      { ...github, user: 'root' },
      { ...github, port: 2222 },
    ];
    expect((await start(others)).fresh).toEqual(others);
  });

  it('that are gone for a while are not new when they come back', async () => {
    await start([github, evil]);
    await start([github]);
    expect((await start([github, evil])).fresh).toEqual([]);
  });

  it('are not asked about where they do not count', async () => {
    await start([github]);
    await start([evil], true, { mode: 'none' });
    expect(asked).toEqual([]);
    expect(readFileSync(record(), 'utf8')).toBe('git@github.com\n');
  });

  it('of a home that cannot be written are as they were', async () => {
    writeFileSync(path.join(home, '.docker-ai-config'), '');
    expect(await start([github])).toEqual({ remotes: [github], fresh: [] });
  });
});
