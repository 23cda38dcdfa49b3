// BuildKit's cache belongs to everybody who builds: only what our own builds leave is removed, also after one that was killed.

import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type Docker from 'dockerode';
import { describe, expect, it } from 'vitest';
import {
  leftBy,
  stepsOf,
  withTidyCache,
  type CacheRecord,
} from '../../../src/images/build-cache.ts';
import { clearDeadBuilds, openRecord } from '../../../src/images/build-record.ts';
import { dockerfileFor } from '../../../src/images/builder.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const template = readFileSync(new URL('../../../templates/Dockerfile', import.meta.url), 'utf8');
const dockerfile = dockerfileFor('buildkit', template, 'word');

const record = (ID: string, Description: string, more: Partial<CacheRecord> = {}): CacheRecord => ({
  ...{ ID, Description, Type: 'regular', InUse: false, Shared: false },
  ...more,
});
/** As Docker 20.10 and 28 list them. */
const step = (name: string): string => `mount / from exec /bin/sh -c : "${name}"; set -eu`;
const cache = [
  record('base', 'from local ', { Shared: true }),
  record('tools', step('git, ssh, ripgrep and other everyday tools'), { Parent: 'base' }),
  record('certificates', 'fileop target', { Parent: 'tools' }),
  record('fetch', step('the assistant from npm'), { Parents: ['certificates'] }),
  record('context', 'http url http://build-context-ijoa39wrs0mj5z74sbumeic6s'),
  record('unpacked', 'fileop target'),
  record('npm', `cached mount /var/cache/ai from exec /bin/sh -c : "the assistant from npm"`, {
    ...{ Type: 'exec.cachemount', Parent: '' },
  }),
  record('layer', step('the assistant from npm'), { Shared: true }),
  // Of somebody else, at the same time.
  record('theirs', 'mount / from exec /bin/sh -c make world', { Parent: 'base' }),
  record('copied', 'fileop target', { Parent: 'theirs' }),
  record('sources', 'local source for context'),
  record('quoted', 'mount / from exec /bin/sh -c echo "the assistant from npm"', {
    Parent: 'base',
  }),
];
const ours = ['tools', 'certificates', 'fetch', 'context', 'unpacked'];

const idsOf = (records: readonly CacheRecord[]): string[] => records.map(({ ID }) => ID);

describe('what a build has left in BuildKit’s cache', () => {
  const steps = stepsOf(dockerfile);

  it('is what its steps have made and what was sent for them', () => {
    expect(steps).toContain('"the assistant from npm"');
    expect(steps).toContain('"its first start"');
    expect(idsOf(leftBy(cache, { before: [], steps }))).toEqual(ours);
  });

  it('is nothing that was there before', () => {
    expect(idsOf(leftBy(cache, { before: ['fetch', 'unpacked'], steps }))).toEqual(
      ours.filter((id) => id !== 'fetch' && id !== 'unpacked'),
    );
  });
});

/** An engine with that cache, whose build adds to it. */
function engineWith(list: CacheRecord[]): Docker {
  type Answer = (error: undefined, data: unknown) => void;
  const dial = (
    { path: where, options }: { path: string; options: { filters?: string } },
    answer: Answer,
  ): void => {
    if (where.startsWith('/build/prune')) {
      const { id } = JSON.parse(options.filters ?? '') as { id: string[] };
      list.splice(0, list.length, ...list.filter(({ ID }) => !id.includes(ID)));
    }
    answer(undefined, { BuildCache: [...list] });
  };
  const none = { listContainers: () => Promise.resolve([]), listImages: () => Promise.resolve([]) };
  const getImage = (): object => ({ remove: () => Promise.resolve() });
  return { ...none, getImage, modem: { dial } } as unknown as Docker;
}

const left = idsOf(cache).filter((id) => !ours.includes(id));

it('goes when the build has failed', async () => {
  const directory = temporaryDirectory();
  const list: CacheRecord[] = [];
  const build = (): Promise<void> => {
    list.push(...cache);
    return Promise.reject(new Error('no'));
  };
  await expect(withTidyCache(engineWith(list), { directory, dockerfile }, build)).rejects.toThrow(
    'no',
  );
  expect(idsOf(list)).toEqual(left);
});

it('goes with the next build when its own was killed', async () => {
  const images = path.join(temporaryDirectory(), 'images');
  mkdirSync(images);
  const { root } = openRecord(images);
  const list: CacheRecord[] = [record('old', 'fileop target')];
  const engine = engineWith(list);
  void withTidyCache(engine, { directory: root, dockerfile }, () => {
    list.push(...cache);
    return new Promise<void>(() => undefined);
  });
  await expect.poll(() => list.length).toBeGreaterThan(1);
  await clearDeadBuilds(engine, images);
  expect(idsOf(list)).toEqual(['old', ...left]);
  expect(readdirSync(images)).toEqual([]);
});
