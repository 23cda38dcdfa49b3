// Files that a session may have put there to be in the way: each is refused at once, and an ordinary file in its place is not.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  readForeign,
  removeForeign,
  replaceForeign,
  stampOf,
} from '../../../src/host/foreign-files.ts';
import { listForeign, type Wanted } from '../../../src/host/foreign-tree.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';
import { mayActAsOthers } from '../../support/user.ts';

let directory: string;
let tree: string;
const closers: (() => void)[] = [];
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
  for (const close of closers.splice(0)) close();
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

interface Hostile {
  what: string;
  make: (file: string) => unknown;
  why: RegExp;
  needsRoot?: true;
}
/** Whoever waits at the pipe is let go after a while: a test is to fail, not to hang. */
const makePipe = (file: string): void => {
  execFileSync('mkfifo', [file]);
  children.push(spawn('sh', ['-c', 'sleep 2; exec 3<>"$1"; sleep 0.2', 'sh', file]));
};
const listen = async (file: string): Promise<void> => {
  const server = net.createServer().listen(file);
  closers.push(() => server.close());
  await once(server, 'listening');
};
const hostile: readonly Hostile[] = [
  {
    what: 'a link to a file of the host',
    make: (file) => {
      symlinkSync(at('host/secret'), file);
    },
    why: /link/,
  },
  {
    what: 'a link to nothing',
    make: (file) => {
      symlinkSync(at('host/none'), file);
    },
    why: /link/,
  },
  {
    what: 'a link to a directory of the host',
    make: (file) => {
      symlinkSync(at('host/keys'), file);
    },
    why: /link/,
  },
  {
    what: 'a hard link to a file of the host',
    make: (file) => {
      linkSync(at('host/secret'), file);
    },
    why: /another name/,
  },
  { what: 'a pipe', make: makePipe, why: /pipe|not a regular/ },
  { what: 'a socket', make: listen, why: /socket|ENXIO/ },
  {
    what: 'a terabyte of nothing',
    make: (file) => {
      writeFileSync(file, '');
      truncateSync(file, 1024 ** 4);
    },
    why: /too large/,
  },
  {
    what: 'a directory',
    make: (file) => {
      mkdirSync(path.join(file, 'x'), { recursive: true });
    },
    why: /directory/,
  },
  {
    what: 'a device that never ends',
    make: (file) => execFileSync('mknod', [file, 'c', '1', '5']),
    why: /device|not a regular/,
    needsRoot: true,
  },
];
const withoutRoot = hostile.filter(({ needsRoot }) => needsRoot && !mayActAsOthers);
for (const { what } of withoutRoot)
  it.skip(`${what} in the place of a file: only root can make one to test with`, () => undefined);

describe.each(hostile.filter((one) => !withoutRoot.includes(one)))(
  '$what in the place of a file',
  ({ make, why }) => {
    const onlyNamed: Wanted = { file: (name) => name.endsWith('.json'), directory: () => false };

    it('is refused at once, whatever it leads to, and nothing beside it is', async () => {
      const before = outside();
      writeFileSync(inTree('a.json'), 'a');
      await make(inTree('f.json'));
      writeFileSync(inTree('z.json'), 'z');
      const start = performance.now();
      const { taken, refused } = take(onlyNamed);
      const alone = readForeign(tree, 'f.json');
      expect(performance.now() - start).toBeLessThan(1000);
      expect(taken).toEqual({ 'a.json': 'a', 'z.json': 'z' });
      expect(refused).toEqual({ 'f.json': expect.stringMatching(why) as string });
      expect('why' in alone).toBe(true);
      expect(JSON.stringify(alone)).not.toContain('SECRET');
      expect(outside()).toBe(before);
    });

    it('is taken where an ordinary file has come in its place', async () => {
      await make(inTree('f.json'));
      rmSync(inTree('f.json'), { recursive: true });
      writeFileSync(inTree('f.json'), 'fine');
      expect(take(onlyNamed)).toEqual({ taken: { 'f.json': 'fine' }, refused: {} });
    });

    it('is replaced by a file of ours, or stays, and what it leads to is not touched', async () => {
      const before = outside();
      await make(inTree('f.json'));
      const start = performance.now();
      let replaced = false;
      try {
        replaced = replaceForeign(tree, 'f.json', Buffer.from('new'), { mode: 0o600 });
      } catch {
        expect(lstatSync(inTree('f.json')).isDirectory()).toBe(true);
      }
      expect(performance.now() - start).toBeLessThan(1000);
      if (replaced)
        expect(readForeign(tree, 'f.json')).toMatchObject({ bytes: Buffer.from('new') });
      expect(readdirSync(tree)).toEqual(['f.json']);
      expect(outside()).toBe(before);
    });
  },
);

describe('a link in the place of a directory', () => {
  it('is not entered to list, read, stamp, write or remove, and an ordinary directory is', () => {
    const before = outside();
    symlinkSync(at('host/keys'), inTree('sub'));
    expect(take()).toEqual({
      taken: {},
      refused: { sub: expect.stringMatching(/link/) as string },
    });
    expect(readForeign(tree, 'sub/f')).toHaveProperty('why');
    expect(stampOf(tree, 'sub/f')).toBeUndefined();
    expect(() => replaceForeign(tree, 'sub/f', Buffer.from('x'), { mode: 0o600 })).toThrow();
    expect(() => {
      removeForeign(tree, 'sub/f');
    }).toThrow();
    expect(outside()).toBe(before);

    rmSync(inTree('sub'));
    mkdirSync(inTree('sub'));
    expect(replaceForeign(tree, 'sub/f', Buffer.from('x'), { mode: 0o600 })).toBe(true);
    expect(take()).toEqual({ taken: { 'sub/f': 'x' }, refused: {} });
    removeForeign(tree, 'sub/f');
    expect(readdirSync(inTree('sub'))).toEqual([]);
  });

  it('is not entered where it is the root of the tree', () => {
    symlinkSync(at('host/keys'), inTree('root'));
    const { files, refused } = listForeign(inTree('root'), everything);
    expect([files, refused.map(({ name }) => name)]).toEqual([[], ['.']]);
    expect(readForeign(inTree('root'), 'f')).toHaveProperty('why');
  });

  it('is not entered either when it comes and goes while others read and write', async () => {
    mkdirSync(inTree('sub'));
    writeFileSync(inTree('sub/f'), 'fine');
    const swap = `const fs = require('node:fs'); const [sub, away, host] = process.argv.slice(1);
      for (;;) { fs.renameSync(sub, away); fs.symlinkSync(host, sub); fs.unlinkSync(sub); fs.renameSync(away, sub); }`;
    const child = spawn(process.execPath, ['-e', swap, inTree('sub'), at('away'), at('host/keys')]);
    children.push(child);
    await once(child, 'spawn');
    const seen = new Set<string>();
    for (const end = performance.now() + 1500; performance.now() < end;) {
      const found = readForeign(tree, 'sub/f');
      seen.add('why' in found ? 'refused' : found.bytes.toString());
      for (const { name, why } of listForeign(tree, everything).refused)
        expect(`${name}: ${why}`).not.toContain('SECRET');
      try {
        replaceForeign(tree, 'sub/f', Buffer.from('fine'), { mode: 0o600 });
      } catch {
        // A link stood there.
      }
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect([...seen].sort()).toEqual(['fine', 'refused']);
    expect(outside()).toBe('keys \nkeys/f SECRET\nsecret SECRET');
  });
});

it.runIf(mayActAsOthers)('what is put there belongs to whoever the run is', () => {
  replaceForeign(tree, 'f', Buffer.from('x'), { mode: 0o600, owner: { uid: 4321, gid: 4322 } });
  expect(statSync(inTree('f'))).toMatchObject({ uid: 4321, gid: 4322 });
});
