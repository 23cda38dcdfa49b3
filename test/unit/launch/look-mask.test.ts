// What a run is told at its end: what it could see although it matches `mask`; and what is remembered of what was hidden.

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LauncherEvent } from '../../../src/base/events.ts';
import { lookForMask, rememberHidden, sayWhatWasVisible } from '../../../src/launch/look-mask.ts';
import { makeWorld, type World } from '../../../src/launch/world.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import { buildFacts } from '../../support/build-facts.ts';
import { git, makeRepository } from '../../support/repository.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let home: string;
let root: string;
let said: LauncherEvent[];
let world: World;

beforeEach(() => {
  home = temporaryDirectory();
  root = makeRepository({ directory: path.join(home, 'app') });
  said = [];
  world = makeWorld({
    packageRoot: '/nowhere',
    environment: { HOME: home, PATH: process.env['PATH'] },
    directory: home,
    streams: process,
    emit: (event) => said.push(event),
    confirm: () => Promise.resolve(false),
    consent: () => Promise.resolve(false),
  });
});

const at = (name: string): string => path.join(root, name);
function put(name: string): void {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), 'secret');
}

async function start(...mask: string[]): Promise<Facts> {
  const { stateDirectory } = world;
  const facts = buildFacts({
    project: { root, id: 'app-1' },
    settings: { mask },
    state: { directory: stateDirectory, writable: stateDirectory },
  });
  const found = await lookForMask(world, facts.settings, facts.project);
  return { ...facts, ...(found && { mask: found }) };
}

async function end(facts: Facts): Promise<string[]> {
  await sayWhatWasVisible(world, facts);
  return said.map((event) => `${event.type}: ${'text' in event ? event.text : ''}`);
}

describe('at the end', () => {
  it('nothing is said where nothing is set, or nothing has changed', async () => {
    put('.env');
    expect(await end(await start())).toEqual([]);
    const facts = await start('.env');
    writeFileSync(at('.env'), 'edited in place');
    expect(await end(facts)).toEqual([]);
  });

  it('what has appeared is named', async () => {
    put('.env');
    const facts = await start('.env', 'secrets/');
    put('a/.env');
    put('secrets/x');
    expect(await end(facts)).toEqual([
      'warning: not masked, because they appeared during the session: secrets, a/.env',
    ]);
  });

  it('what was replaced is named, as the mount is on the old one', async () => {
    put('.env');
    const facts = await start('.env');
    put('new');
    renameSync(at('new'), at('.env'));
    expect(await end(facts)).toEqual([
      'warning: replaced during the session, and no longer masked from then on: .env',
    ]);
  });

  it('what has gone with its directory is named, unless a pattern matches it there', async () => {
    put('a/.env');
    put('b/key');
    const facts = await start('.env', '/b/key');
    renameSync(at('a'), at('c'));
    renameSync(at('b'), at('d'));
    expect(await end(facts)).toEqual([
      'warning: masked, and no longer where they were: no pattern may match their new place: b/key',
    ]);
  });

  it('what was visible all the time is no news, nor what was taken away', async () => {
    put('.env');
    git(['add', '-f', '.env'], { directory: root });
    const facts = await start('.env');
    expect(facts.mask?.visible.tracked).toEqual(['.env']);
    git(['rm', '-q', '--cached', '.env'], { directory: root });
    expect(await end(facts)).toEqual([]);
  });
});

describe('what was hidden', () => {
  it('stays so when a session adds it to the index', async () => {
    put('.env');
    rememberHidden(world, await start('.env'));
    git(['add', '-f', '.env'], { directory: root });
    const { mask } = await start('.env');
    expect(mask).toMatchObject({ hidden: [{ name: '.env' }], trackedSince: ['.env'] });
    expect((await start('.env', '!.env')).mask?.hidden).toEqual([]);
  });

  it('stays so when a session moves its directory as well, or its own name', async () => {
    put('dir/.env');
    put('secrets/key');
    rememberHidden(world, await start('.env', '**/secrets/'));
    mkdirSync(at('deep'));
    renameSync(at('dir'), at('dir2'));
    renameSync(at('secrets'), at('deep/secrets'));
    git(['add', '-f', 'dir2/.env', 'deep/secrets/key'], { directory: root });
    const { mask } = await start('.env', '**/secrets/');
    expect(mask?.hidden.map(({ name }) => name)).toEqual(['deep/secrets', 'dir2/.env']);
    expect(mask).toMatchObject({
      trackedSince: ['deep/secrets', 'dir2/.env'],
      visible: { tracked: [] },
    });
    // Another file in that place is another one.
    rmSync(at('dir2/.env'));
    put('dir2/.env');
    expect((await start('.env')).mask?.visible.tracked).toEqual(['dir2/.env']);
  });

  it('is known by its name alone to records of before', async () => {
    put('.env');
    mkdirSync(path.join(world.stateDirectory, 'projects/app-1'), { recursive: true });
    writeFileSync(path.join(world.stateDirectory, 'projects/app-1/masked.json'), '[".env"]');
    git(['add', '-f', '.env'], { directory: root });
    expect((await start('.env')).mask?.trackedSince).toEqual(['.env']);
  });

  it('is kept beside what was before, for the user alone, and only where there is something', async () => {
    const record = path.join(world.stateDirectory, 'projects/app-1/masked.json');
    put('.env');
    rememberHidden(world, await start('nothing'));
    expect(() => readFileSync(record)).toThrow('ENOENT');
    rememberHidden(world, await start('.env'));
    put('x');
    rememberHidden(world, await start('x'));
    const identity = expect.stringMatching(/^\d+:\d+:\d+$/) as string;
    const recorded = (): unknown => JSON.parse(readFileSync(record, 'utf8'));
    expect(recorded()).toEqual(['x', identity, '.env', identity]);
    writeFileSync(record, 'broken');
    rememberHidden(world, await start('x'));
    expect(recorded()).toEqual(['x', identity]);
    rmSync(record);
    mkdirSync(record);
    await expect(start('x')).rejects.toMatchObject({ code: 'AI_FILE_UNREADABLE' });
  });
});
