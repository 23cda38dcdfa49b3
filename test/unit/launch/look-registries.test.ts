// The registries that a run reaches, with what was asked before, and the mirrors of the image.

import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readRegistries } from '../../../src/launch/look-registries.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let home: string;
let root: string;
let count: string;
beforeEach(() => {
  [home, root] = [temporaryDirectory(), temporaryDirectory()];
  count = path.join(home, 'count');
  const bin = path.join(home, 'bin');
  mkdirSync(bin);
  for (const name of ['npm', 'pip3', 'go']) {
    const says = name === 'npm' ? `printf x >>"${count}"; echo https://npm.example.com/` : 'exit 1';
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${says}\n`);
    chmodSync(path.join(bin, name), 0o755);
  }
});
afterEach(() => {
  vi.useRealTimers();
});

const look = async (imageFiles?: string): Promise<string[]> => {
  const { registries } = await readRegistries({
    ...{ home, root, stateDirectory: home, imageFiles },
    environment: { PATH: `${home}/bin:/usr/bin:/bin`, npm_config_prefix: root },
  });
  return registries.map(({ host, origin }) => `${host} ${origin}`);
};
const npm = 'npm.example.com npm’s registry';
const times = (): number => readFileSync(count, 'utf8').length;

it('are asked for once a day', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  expect(await look()).toEqual([npm]);
  expect(await look()).toEqual([npm]);
  expect(times()).toBe(1);
  vi.setSystemTime(Date.now() + 25 * 60 * 60 * 1000);
  expect(await look()).toEqual([npm]);
  expect(times()).toBe(2);
});

it('that could not be reached are asked for again after a while, not at each start', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const pip = 'case "$*" in *-vv*) printf y >>"$0.count" ;; esac; exit 1';
  writeFileSync(path.join(home, 'bin/pip3'), `#!/bin/sh\n${pip}\n`);
  const asked = (): string => readFileSync(path.join(home, 'bin/pip3.count'), 'utf8');
  await look();
  await look();
  expect(asked()).toBe('y');
  vi.setSystemTime(Date.now() + 11 * 60 * 1000);
  await look();
  expect(asked()).toBe('yy');
  expect(times()).toBe(1);
});

it.each(['', 'no JSON', '[]', '7', 'null', '{"npm x":5}', '{"npm x":{"at":1,"texts":[7]}}'])(
  'are asked for where what was kept is %j',
  async (text) => {
    writeFileSync(path.join(home, 'registries.json'), text);
    expect(await look()).toEqual([npm]);
  },
);

it('are those of apt in the image too, in both of its formats', async () => {
  const files = temporaryDirectory();
  writeFileSync(path.join(files, 'apt.list'), 'deb http://mirror.example.com/debian stable main\n');
  writeFileSync(
    path.join(files, 'apt.sources'),
    'Types: deb\nURIs: http://a.example.com/debian http://b.example.com/debian\nSuites: stable\nComponents: main\n',
  );
  expect(await look(files)).toEqual([
    npm,
    ...['mirror', 'a', 'b'].map((name) => `${name}.example.com apt’s sources inside`),
  ]);
});
