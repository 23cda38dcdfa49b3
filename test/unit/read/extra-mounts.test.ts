// `HOST:CONTAINER[:ro]`, read and looked up.

import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readExtraMount } from '../../../src/read/extra-mounts.ts';
import { oddNames } from '../../support/odd-names.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const home = realpathSync(temporaryDirectory());
const at = (...names: string[]): string => path.join(home, ...names);
for (const name of ['data', 'a:b', 'work/data', ...oddNames])
  mkdirSync(at(name), { recursive: true });
writeFileSync(at('file'), '');
symlinkSync('data', at('link'));
execFileSync('mkfifo', [at('pipe')]);

const read = (text: string): string => {
  const { source, target, readOnly, kind, gid } = readExtraMount(text, at('work'), home);
  expect(gid).toBe(statSync(source).gid);
  return `${path.relative(home, source)} -> ${target} ${kind}${readOnly ? ' ro' : ''}`;
};

describe('a mount', () => {
  it.each([
    [`${home}/data:/c`, 'data -> /c directory'],
    [`${home}/data:/c:ro`, 'data -> /c directory ro'],
    [`${home}/data:/c:rw`, 'data -> /c directory'],
    [`${home}/data/:/c/d`, 'data -> /c/d directory'],
    ['data:/c', 'work/data -> /c directory'],
    ['./data:/c', 'work/data -> /c directory'],
    ['..:/c', ' -> /c directory'],
    ['~:/c', ' -> /c directory'],
    ['~/data:/c', 'data -> /c directory'],
    [`${home}/file:/c`, 'file -> /c file'],
    [`${home}/link:/c`, 'data -> /c directory'],
    [`${home}/pipe:/c`, 'pipe -> /c file'],
    [`${home}/a:b:/c:ro`, 'a:b -> /c directory ro'],
    [`${home}/data:/c:d`, 'data -> /c:d directory'],
  ])('%s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each(oddNames)('of %j to the same name', (name) => {
    expect(read(`${home}/${name}:/${name}:ro`)).toBe(`${name} -> /${name} directory ro`);
  });

  it.each([
    ['data', 'AI_MOUNT_INVALID'],
    ['', 'AI_MOUNT_INVALID'],
    [':/c', 'AI_MOUNT_INVALID'],
    ['data:relative', 'AI_MOUNT_INVALID'],
    ['data:ro', 'AI_MOUNT_INVALID'],
    ['data:/c:z', 'AI_MOUNT_INVALID'],
    ['data:/c:delegated', 'AI_MOUNT_INVALID'],
    ['data:/c:ro,z', 'AI_MOUNT_INVALID'],
    ['missing:/c', 'AI_MOUNT_SOURCE_MISSING'],
    ['~other:/c', 'AI_MOUNT_SOURCE_MISSING'],
  ])('“%s” is %s', (text, code) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('of a socket is refused', async () => {
    const server = createServer().listen(at('s.sock'));
    await once(server, 'listening');
    expect(() => read(`${home}/s.sock:/s`)).toThrow(
      expect.objectContaining({ code: 'AI_MOUNT_INVALID' }) as Error,
    );
    server.close();
  });
});
