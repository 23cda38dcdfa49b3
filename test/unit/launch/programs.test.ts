// Programs of the host that the launcher starts by itself, where a session has put others of their names on the user’s PATH.

import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { npmRegistry } from '../../../src/images/npm.ts';
import { readRegistries } from '../../../src/launch/look-registries.ts';
import { lookNative } from '../../../src/launch/look-native.ts';
import { runForValue } from '../../../src/launch/run-for-value.ts';
import { settle } from '../../../src/launch/settle.ts';
import { makeWorld, type World } from '../../../src/launch/world.ts';
import { readGitSettings } from '../../../src/read/git-settings.ts';
import { resolveSshHosts } from '../../../src/read/ssh-hosts.ts';
import { readTracked } from '../../../src/read/tracked-files.ts';
import { RawMode } from '../../../src/session/terminal.ts';
import { makeRepository } from '../../support/repository.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const names = ['git', 'ssh', 'npm', 'pip3', 'go', 'stty', 'script', 'sh', 'helper', 'codex'];
let home: string;
let project: string;
let venv: string;
let ran: string;
let world: World;

beforeEach(() => {
  home = temporaryDirectory();
  ran = temporaryDirectory();
  project = makeRepository();
  venv = plant(path.join(project, '.venv/bin'));
  writeFileSync(path.join(home, '.gitconfig'), '[user]\n\tname = A\n');
  vi.stubEnv('PATH', `${venv}:${process.env['PATH'] ?? ''}`);
  world = worldIn(project);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function plant(bin: string): string {
  mkdirSync(bin, { recursive: true });
  for (const name of names) {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n: >"${ran}/${name}"\n`);
    chmodSync(path.join(bin, name), 0o755);
  }
  return bin;
}

const worldIn = (directory: string): World =>
  makeWorld({
    packageRoot: path.join(import.meta.dirname, '../../..'),
    environment: {
      HOME: home,
      PATH: process.env['PATH'],
      VIRTUAL_ENV: path.join(project, '.venv'),
    },
    directory,
    streams: { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() },
    emit: () => undefined,
    confirm: () => Promise.resolve(false),
    consent: () => Promise.resolve(undefined),
  });

const request = { kind: 'exec', assistant: 'codex', command: ['true'] } as const;
const valueOf = ({ environment }: World): Promise<unknown> =>
  runForValue('helper', {
    ...{ environment, directory: project, terminal: false },
    interrupt: new AbortController().signal,
  });

const starters: Readonly<Record<string, (world: World) => unknown>> = {
  'git for its settings': ({ environment }) => readGitSettings(project, environment, home),
  'git for what it tracks': ({ environment }) => readTracked(project, [''], environment),
  ssh: ({ environment }) => resolveSshHosts([{ host: 'example.com' }], { home, environment }),
  'package managers': ({ environment }) =>
    readRegistries({ home, environment, stateDirectory: home }),
  'npm for an image': ({ environment }) => npmRegistry({ environment, cwd: home }),
  'a command of the user’s settings': valueOf,
  stty: () => {
    const raw = new RawMode({ fd: 0, setRawMode: () => undefined });
    raw.enter();
    raw.leave();
  },
};

it.each(Object.entries(starters))('%s is not what the project has', async (_what, start) => {
  await start(world);
  expect(readdirSync(ran)).toEqual([]);
});

it('is found from below the project as well, and by -C', () => {
  mkdirSync(path.join(project, 'a/b'), { recursive: true });
  expect(worldIn(path.join(project, 'a/b')).environment['PATH']).not.toContain(venv);
  expect(worldIn(home).environment['PATH']).toContain(venv);
});

it('is not what lies in a writable mount; read-only ones are the user’s', async () => {
  const tools = plant(path.join(temporaryDirectory(), 'bin'));
  vi.stubEnv('PATH', `${tools}:${process.env['PATH'] ?? ''}`);
  const pathWith = async (mount: string): Promise<string | undefined> => {
    const value = { kind: 'flag', text: mount } as const;
    const layer = { origin: 'flags', values: [{ key: 'mounts', value, place: '--mount' }] };
    return (await settle(worldIn(project), layer)).world.environment['PATH'];
  };
  expect(await pathWith(`${path.dirname(tools)}:/tools`)).not.toContain(tools);
  expect(await pathWith(`${path.dirname(tools)}:/tools:ro`)).toContain(tools);
});

it('but an assistant that the user runs on the host is the user’s own, with the user’s PATH', async () => {
  const { settings } = await settle(world, { origin: '', values: [] });
  const facts = lookNative(world, {
    request,
    settings: { ...settings, terminal: 'safe' },
    directory: undefined,
  });
  expect(facts.program).toEqual({ kind: 'own', path: path.join(venv, 'codex') });
  expect(facts.host.environment['PATH']).toBe(process.env['PATH']);
  expect(facts.script ?? '').not.toContain(venv);
});
