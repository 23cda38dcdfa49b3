// Engines' sockets in directories, by place, by name, and under another name.

import { linkSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { engineSocketIn } from '../../../src/read/engine-sockets.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let directory: string;
beforeEach(() => {
  directory = realpathSync(temporaryDirectory());
});
const at = (...names: string[]): string => path.join(directory, ...names);

async function listen(file: string): Promise<string> {
  mkdirSync(path.dirname(file), { recursive: true });
  const server = createServer().listen(file);
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return file;
}
const found = (place: string, known: string[] = [], search = true): string | undefined =>
  engineSocketIn(place, known, search);

it('a known one is found however deep, whatever leads to it', async () => {
  const socket = await listen(at('a/b/c/d/engine'));
  symlinkSync(at('a'), at('link'));
  expect(found(at('a'), [socket], false)).toBe(socket);
  expect(found(at('a'), [at('link/b/c/d/engine')], false)).toBe(at('link/b/c/d/engine'));
  expect(found(at('a/b/c/d/other'), [socket])).toBe(undefined);
});

it('a link to its directory does not bring it along', async () => {
  const socket = await listen(at('run/engine'));
  mkdirSync(at('var'));
  symlinkSync(at('run'), at('var/run'));
  expect(found(at('var'), [at('var/run/engine')])).toBe(undefined);
  expect(found(at('run'), [at('var/run/engine')])).toBe(at('var/run/engine'));
  symlinkSync(socket, at('var/engine'));
  expect(found(at('var'), [at('var/engine')])).toBe(at('var/engine'));
});

it('the same under another name is found near the top', async () => {
  const socket = await listen(at('run/engine'));
  mkdirSync(at('data/deep'), { recursive: true });
  linkSync(socket, at('data/deep/innocent'));
  expect(found(at('data'), [socket])).toBe(at('data/deep/innocent'));
  expect(found(at('data'), [socket], false)).toBe(undefined);
});

it('one that is called like an engine’s is found, and no file of that name', async () => {
  await listen(at('one/docker.sock'));
  mkdirSync(at('two'));
  writeFileSync(at('two/docker.sock'), '');
  expect(found(at('one'))).toBe(at('one/docker.sock'));
  expect(found(at('two'))).toBe(undefined);
});

it('other sockets are nobody’s business', async () => {
  await listen(at('db.sock'));
  expect(found(directory, [at('nowhere.sock')])).toBe(undefined);
});
