// How much of a directory a look takes in, however large it is.

import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { LookBounds } from '../../../src/read/look-bounds.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

/** Long names: with few files the directory itself is so large on most disks that it is read one entry after the other. */
function directoryOf(count: number): string {
  const directory = temporaryDirectory();
  for (let index = 0; index < count; index++)
    writeFileSync(path.join(directory, `${String(index).padStart(5, '0')}${'x'.repeat(230)}`), '');
  return directory;
}

it.each([3, 3000])('all of %d entries, in whatever way they are read', (count) => {
  const directory = directoryOf(count);
  mkdirSync(path.join(directory, 'sub'));
  symlinkSync('sub', path.join(directory, 'link'));
  const bounds = new LookBounds(10_000, 10_000);
  const found = bounds.entries(directory);
  expect(found.map(({ name }) => name).sort()).toEqual(readdirSync(directory).sort());
  const kinds = new Map(found.map(({ name, ...kind }) => [name, kind]));
  expect(kinds.get('sub')).toEqual({ isDirectory: true, isLink: false, isSocket: false });
  expect(kinds.get('link')).toEqual({ isDirectory: false, isLink: true, isSocket: false });
  expect(bounds.complete).toBe(true);
});

it.each([3, 3000])('of %d entries no more than there is room for, and that is told', (count) => {
  const bounds = new LookBounds(count - 1, 10_000);
  expect(bounds.entries(directoryOf(count))).toHaveLength(count - 1);
  expect([bounds.complete, bounds.isOver()]).toEqual([false, true]);
});
