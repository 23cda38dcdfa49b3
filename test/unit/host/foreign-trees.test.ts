// Trees that a session may have made to be in the way: too much of anything, odd names, changes while they are read.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  readForeign,
  removeForeign,
  replaceForeign,
  stampOf,
} from '../../../src/host/foreign-files.ts';
import { largestFile } from '../../../src/host/files.ts';
import { listForeign, type Wanted } from '../../../src/host/foreign-tree.ts';
import { oddNames } from '../../support/odd-names.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let directory: string;
let tree: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  directory = temporaryDirectory();
  tree = at('tree');
  mkdirSync(tree);
  mkdirSync(at('host/keys'), { recursive: true });
  writeFileSync(at('host/secret'), 'SECRET');
  writeFileSync(at('host/keys/f'), 'SECRET');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
const at = (...names: string[]): string => path.join(directory, ...names);
const inTree = (...names: string[]): string => path.join(tree, ...names);
const everything: Wanted = { file: () => true, directory: () => true };
const outside = (): string =>
  readdirSync(at('host'), { recursive: true, encoding: 'utf8' })
    .sort()
    .map(
      (name) =>
        `${name} ${lstatSync(at('host', name)).isFile() ? readFileSync(at('host', name), 'utf8') : ''}`,
    )
    .join('\n');

/** As sync-out does it: what is listed is read. Says what was taken, and what was refused by either, with the reason. */
function take(wanted = everything): {
  taken: Record<string, string>;
  refused: Record<string, string>;
} {
  const { files, refused } = listForeign(tree, wanted);
  const taken: Record<string, string> = {};
  const no = Object.fromEntries(refused.map(({ name, why }) => [name, why]));
  for (const { name } of files) {
    const found = readForeign(tree, name);
    if ('why' in found) no[name] = found.why;
    else taken[name] = found.bytes.toString('utf8', 0, 100);
  }
  return { taken, refused: no };
}

describe('too much', () => {
  it('of nesting is refused as a whole, and as much as anybody needs is not', () => {
    const deep = Array.from({ length: 16 }, (_, level) => `d${level}`);
    mkdirSync(inTree(...deep, 'one', 'more'), { recursive: true });
    writeFileSync(inTree(...deep, 'f'), 'fine');
    writeFileSync(inTree(...deep, 'one', 'f'), 'too deep');
    writeFileSync(inTree('z'), 'fine');
    expect(take()).toEqual({
      taken: { [[...deep, 'f'].join('/')]: 'fine', z: 'fine' },
      refused: { [[...deep, 'one'].join('/')]: expect.stringMatching(/deep/) as string },
    });
  });

  it('of files is refused from the 20001st on, and said of them once', { timeout: 20_000 }, () => {
    mkdirSync(inTree('flood'));
    for (let index = 0; index < 20_003; index++) writeFileSync(inTree('flood', `${index}`), '');
    const start = performance.now();
    const { files, refused } = listForeign(tree, everything);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(files).toHaveLength(20_000);
    expect(refused[0]?.why).toMatch(/more than 20000/);
    // Each is a line that the user gets to read.
    expect(refused).toHaveLength(1);
  });

  it('of bytes is refused by one byte, however many there seem to be at first', () => {
    writeFileSync(inTree('f'), '');
    truncateSync(inTree('f'), largestFile);
    expect(readForeign(tree, 'f')).toMatchObject({ bytes: { length: largestFile } });
    truncateSync(inTree('f'), largestFile + 1);
    expect(readForeign(tree, 'f')).toEqual({ why: 'it is too large' });
  });

  it('is not read of a file that grows meanwhile', async () => {
    writeFileSync(inTree('f'), 'x');
    const grow = [
      'if=/dev/zero',
      `of=${inTree('f')}`,
      'bs=64k',
      'count=640',
      'oflag=append',
      'conv=notrunc',
    ];
    const child = spawn('dd', grow, { stdio: 'ignore' });
    children.push(child);
    const ended = once(child, 'exit');
    for (let last = 0; ;) {
      const size = statSync(inTree('f')).size;
      const found = readForeign(tree, 'f');
      if ('why' in found) break;
      expect(found.bytes.length).toBeGreaterThanOrEqual(Math.max(size, last));
      expect(found.bytes.length).toBeLessThanOrEqual(largestFile);
      last = found.bytes.length;
      await new Promise(setImmediate);
    }
    expect(readForeign(tree, 'f')).toEqual({ why: 'it is too large' });
    await ended;
  });
});

describe('a name', () => {
  it.each(oddNames)('%j is one like any other', (name) => {
    mkdirSync(inTree(name));
    expect(replaceForeign(tree, `${name}/${name}`, Buffer.from(name), { mode: 0o640 })).toBe(true);
    expect(take()).toEqual({ taken: { [`${name}/${name}`]: name.slice(0, 100) }, refused: {} });
    expect(statSync(inTree(name, name)).mode & 0o777).toBe(0o640);
    removeForeign(tree, `${name}/${name}`);
    expect(readdirSync(inTree(name))).toEqual([]);
  });

  it.each([
    '',
    '.',
    '..',
    '../host/secret',
    'sub/../../host/secret',
    'sub//f',
    '/etc/passwd',
    'sub/',
  ])('%j is none', (name) => {
    mkdirSync(inTree('sub'));
    const before = outside();
    expect(readForeign(tree, name)).toHaveProperty('why');
    expect(() => stampOf(tree, name)).toThrow('no name for a file');
    expect(() => replaceForeign(tree, name, Buffer.from('x'), { mode: 0o600 })).toThrow();
    expect(() => {
      removeForeign(tree, name);
    }).toThrow();
    expect(outside()).toBe(before);
  });

  it('that is no text is left out or refused, and hides nothing beside it', () => {
    mkdirSync(inTree('sub'));
    for (const place of [tree, inTree('sub')]) {
      for (const name of ['a', 'm', 'z', '\u{10ffff}']) writeFileSync(path.join(place, name), name);
      writeFileSync(
        Buffer.concat([Buffer.from(`${place}/`), Buffer.from([0x6d, 0xff, 0xfe])]),
        'x',
      );
    }
    expect(Object.keys(take().taken).sort()).toEqual(
      ['a', 'm', 'z', '\u{10ffff}'].flatMap((name) => [name, `sub/${name}`]).sort(),
    );
  });

  it('of a tree that is not there has nothing', () => {
    expect(listForeign(inTree('none'), everything)).toEqual({ files: [], refused: [] });
    expect(readForeign(inTree('none'), 'f')).toEqual({ why: 'it is not there' });
    expect(stampOf(inTree('none'), 'f')).toBeUndefined();
    expect(replaceForeign(inTree('none'), 'f', Buffer.from('x'), { mode: 0o600 })).toBe(false);
    removeForeign(inTree('none'), 'f');
    expect(existsSync(inTree('none'))).toBe(false);
  });

  it('that is not wanted is not looked at, nor is a directory', () => {
    for (const name of ['yes', 'no', 'sub/yes', 'other/yes']) {
      mkdirSync(path.dirname(inTree(name)), { recursive: true });
      writeFileSync(inTree(name), '');
    }
    symlinkSync(at('host/secret'), inTree('no-link'));
    const wanted: Wanted = {
      file: (name) => name.endsWith('yes'),
      directory: (name) => name === 'sub',
    };
    expect(take(wanted)).toEqual({ taken: { yes: '', 'sub/yes': '' }, refused: {} });
  });
});

describe('a stamp', () => {
  it('changes with every change of a file, also one of the same length', () => {
    writeFileSync(inTree('f'), 'one');
    const first = stampOf(tree, 'f');
    expect(stampOf(tree, 'f')).toBe(first);
    expect(listForeign(tree, everything).files).toEqual([
      { name: 'f', stamp: first, mode: 0o644 & statSync(inTree('f')).mode },
    ]);
    expect(readForeign(tree, 'f')).toMatchObject({ stamp: first });
    replaceForeign(tree, 'f', Buffer.from('one'), { mode: 0o600 });
    const second = stampOf(tree, 'f');
    chmodSync(inTree('f'), 0o700);
    expect(new Set([first, second, stampOf(tree, 'f')]).size).toBe(3);
  });
});
