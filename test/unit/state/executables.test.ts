// What runs have changed, kept with their project.

import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import {
  keepLook,
  readChanges,
  readLook,
  rememberChanges,
  type RunChanges,
} from '../../../src/state/executables.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let state: string;
beforeEach(() => {
  state = temporaryDirectory();
});

const runOf = (run: string, ...paths: string[]): RunChanges => ({
  ...{ run, assistant: 'claude', root: '/app', ended: '2026-01-01T00:00:00.000Z', complete: true },
  changes: paths.map((one) => ({ path: one, kind: 'make', change: 'added', after: 'text' })),
});
const remember = (run: RunChanges, told = false): Promise<void> =>
  rememberChanges(state, 'app-1', { run, told });
const file = (): string => path.join(state, 'projects/app-1/changes.json');
const kept = (): string[] => readChanges(state, 'app-1').runs.map(({ run }) => run);

it('runs are kept newest first; of those that changed nothing only the last', async () => {
  expect(kept()).toEqual([]);
  await remember(runOf('a'));
  await remember(runOf('b', 'Makefile'));
  await remember(runOf('c'));
  await remember(runOf('d'));
  expect(kept()).toEqual(['d', 'b']);
  await remember(runOf('b', 'x'));
  expect(kept()).toEqual(['b']);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

it('only so many runs and texts are kept', async () => {
  for (let index = 0; index < 12; index++) await remember(runOf(`r${index}`, 'x'));
  expect(kept()).toHaveLength(10);
  const large = runOf('large', ...Array.from({ length: 40 }, (_, index) => `f${index}`));
  const text = 'x'.repeat(50_000);
  await remember({ ...large, changes: large.changes.map((one) => ({ ...one, after: text })) });
  expect(readFileSync(file()).length).toBeLessThan(1.2 * 1024 ** 2);
  expect(readChanges(state, 'app-1').runs[0]?.changes).toHaveLength(40);
});

it('what the user was told stays told', async () => {
  await remember(runOf('a'), true);
  await remember(runOf('b'));
  expect(readChanges(state, 'app-1').told).toBe(true);
});

it.each(['', '{', '[]', '{"runs":3}', '{"runs":[1,{"run":2}]}', 'null'])(
  'a file with %j in it holds nothing, and is replaced',
  async (text) => {
    mkdirSync(path.dirname(file()), { recursive: true });
    writeFileSync(file(), text);
    expect(readChanges(state, 'app-1')).toEqual({ runs: [], told: false });
    await remember(runOf('a'));
    expect(kept()).toEqual(['a']);
  },
);

it('the first look goes with the run', () => {
  const look = { root: '/app', before: { taken: 1, complete: true, files: {} } };
  mkdirSync(path.join(state, 'runs/r'), { recursive: true });
  expect(readLook(state, 'r')).toBe(undefined);
  keepLook(state, 'r', look);
  expect(readLook(state, 'r')).toEqual(look);
  writeFileSync(path.join(state, 'runs/r/executables.json'), '{"before":1}');
  expect(readLook(state, 'r')).toBe(undefined);
});
