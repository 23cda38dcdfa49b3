// Which directories of a real project become the container's own: by name, by what makes them, never by a link or against git.

import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  findOverlays,
  type FoundOverlays,
  type OverlayLook,
} from '../../../src/read/overlay-places.ts';
import { git, makeRepository } from '../../support/repository.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let root: string;
beforeEach(() => {
  root = temporaryDirectory();
});

const at = (name: string): string => path.join(root, name);
/** `a/` is a directory, `a` a file. */
function put(...names: string[]): void {
  for (const name of names) {
    mkdirSync(at(name.endsWith('/') ? name : path.dirname(name)), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(at(name), 'x');
  }
}

const find = (names: readonly string[], more: Partial<OverlayLook> = {}): Promise<FoundOverlays> =>
  findOverlays({
    ...{ root, directory: root, names, byDefault: false },
    environment: { PATH: process.env['PATH'] },
    ...more,
  });
const placesOf = async (...input: Parameters<typeof find>): Promise<string[]> =>
  (await find(...input)).places.map(({ relative }) => relative);

const usual = ['node_modules', '.venv', 'target'];

describe('a name alone', () => {
  it('is meant in every package that makes it, and wherever it is', async () => {
    put(
      'package.json',
      'packages/a/package.json',
      'packages/b/node_modules/',
      'c/d/node_modules/x',
    );
    put('py/pyproject.toml', 'rust/Cargo.toml', 'docs/readme', 'docs/target/');
    expect(await placesOf(usual)).toEqual([
      ...['node_modules', 'docs/target', 'py/.venv', 'rust/target', 'c/d/node_modules'],
      ...['packages/a/node_modules', 'packages/b/node_modules'],
    ]);
  });

  it('is not looked for in what is the container’s own, or in caches', async () => {
    root = makeRepository();
    put('package.json', 'node_modules/x/package.json', 'node_modules/x/node_modules/');
    put('.cache/x/package.json', '.git/x/package.json', 'target/package.json', 'target/Cargo.toml');
    expect(await placesOf(['node_modules', 'target'])).toEqual(['node_modules', 'target']);
  });

  it('that nothing is known to make is meant at the root, and wherever it is', async () => {
    put('package.json', 'a/package.json', 'a/dist/', 'b/src');
    expect(await placesOf(['dist'])).toEqual(['dist', 'a/dist']);
    expect(await placesOf(['node_modules'], { root: at('b'), directory: at('b') })).toEqual([]);
  });

  it('unasked, that people use for other things is taken only where something makes it', async () => {
    put('target/data', 'a/target/', 'a/Cargo.toml', 'b/node_modules/');
    expect(await placesOf(usual, { byDefault: true })).toEqual(['a/target', 'b/node_modules']);
    expect(await placesOf(usual)).toEqual(['target', 'a/target', 'b/node_modules']);
  });
});

describe('a path', () => {
  it('is exactly that place', async () => {
    put('a/package.json', 'b/package.json', 'a/out/x');
    expect(await placesOf(['a/node_modules', './dist', 'a/out'])).toEqual([
      ...['dist', 'a/node_modules', 'a/out'],
    ]);
  });

  it('holds what names mean in it', async () => {
    put('a/dist/package.json', 'a/dist/node_modules/');
    expect(await placesOf(['a/dist', 'node_modules', 'node_modules/.cache'])).toEqual(['a/dist']);
    rmSync(at('a'), { recursive: true });
    put('package.json', 'node_modules/');
    expect(await placesOf(['node_modules', 'node_modules/.cache'])).toEqual(['node_modules']);
  });

  it('whose parent is not there, or a link, is left', async () => {
    put('real/x', 'file');
    symlinkSync('real', at('link'));
    const { places, left } = await find(['gone/dist', 'link/dist', 'file/dist', 'link/x/y']);
    expect(places).toEqual([]);
    expect(left).toMatchObject({
      ...{ parent: ['gone/dist'], link: ['file/dist', 'link/dist', 'link/x/y'] },
    });
  });
});

describe('what is left', () => {
  it('is a link or a file in its place, and what the run starts in', async () => {
    put('package.json', 'a/package.json', 'b/package.json', 'c/package.json', 'c/node_modules/d/');
    symlinkSync('/etc', at('node_modules'));
    symlinkSync('nowhere', at('a/node_modules'));
    put('b/node_modules');
    const { places, left } = await find(['node_modules'], { directory: at('c/node_modules/d') });
    expect(places).toEqual([]);
    expect(left).toMatchObject({
      link: ['a/node_modules', 'node_modules'],
      ...{ file: ['b/node_modules'], directory: ['c/node_modules'] },
    });
  });

  it('is what git tracks, in every repository; what nothing makes is not even mentioned', async () => {
    root = makeRepository();
    put('target/x', 'Cargo.toml', 'docs/target/x', 'sub/target/x', 'sub/Cargo.toml', 'a/target/x');
    put('out/keep');
    git(['add', 'target', 'docs', 'out'], { directory: root });
    makeRepository({ directory: at('sub') });
    git(['add', '.'], { directory: at('sub') });
    const { places, left } = await find(['target', 'out', './docs/target']);
    expect(places.map(({ relative }) => relative)).toEqual(['a/target']);
    expect(left.tracked).toEqual(['out', 'sub/target', 'target']);
  });
});

describe('a place named as such', () => {
  it('is not what the repository tracks that it lies in', async () => {
    root = makeRepository();
    makeRepository({ directory: at('sub') });
    put('sub/dist/x');
    git(['add', '.'], { directory: at('sub') });
    const { places, left } = await find(['./sub/dist']);
    expect({ places, tracked: left.tracked }).toEqual({ places: [], tracked: ['sub/dist'] });
  });

  it('is left alone where git cannot be asked, but for what is empty or made by a manifest', async () => {
    root = makeRepository();
    put('package.json', 'node_modules/x', 'dist/x', 'empty/');
    const environment = { PATH: '/nonesuch' };
    const { places, left } = await find(['node_modules', './dist', './empty'], { environment });
    expect(places.map(({ relative }) => relative)).toEqual(['empty', 'node_modules']);
    expect(left.silent).toEqual(['dist']);
  });
});

describe('a place', () => {
  it('tells what is there, and whether that is empty', async () => {
    put('package.json', 'a/node_modules/', 'b/node_modules/x');
    expect((await find(['node_modules'])).places).toEqual([
      { relative: 'node_modules', path: at('node_modules'), isThere: false, isEmpty: true },
      { relative: 'a/node_modules', path: at('a/node_modules'), isThere: true, isEmpty: true },
      { relative: 'b/node_modules', path: at('b/node_modules'), isThere: true, isEmpty: false },
    ]);
  });

  it.each([
    ['pnpm-lock.yaml', 'pnpm install'],
    ['yarn.lock', 'yarn'],
    ['bun.lock', 'bun install'],
    ['package-lock.json', 'npm ci'],
    ['README', 'npm install'],
  ])('beside %s is filled by %s', async (lock, install) => {
    put('package.json', lock);
    expect(await find(['node_modules'])).toMatchObject({ install });
  });
});

describe('the look', () => {
  it('has an end, and says so', async () => {
    put(...Array.from({ length: 30 }, (_, index) => `d${index}/e/package.json`));
    expect(await find(['node_modules'])).toMatchObject({ complete: true });
    expect(await find(['node_modules'], { most: 40 })).toMatchObject({ complete: false });
    expect(await find(['node_modules'], { time: -1 })).toMatchObject({ complete: false });
  });

  it('does not walk for paths alone', async () => {
    put('a/x', 'b/x');
    expect(await find(['a/dist'], { most: 0 })).toMatchObject({ complete: true });
  });

  it('survives a name that is no UTF-8', async () => {
    mkdirSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]));
    put('a/package.json');
    expect(await placesOf(['node_modules'])).toEqual(['a/node_modules']);
    rmSync(root, { recursive: true });
  });
});
