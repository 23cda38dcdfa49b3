// A user's own file of a shell: changed whole, as whose it was, through links, after a copy.

import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { changeRcFile, readRcFile } from '../../../src/state/rc-file.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let home: string;
let state: string;
let file: string;
beforeEach(() => {
  home = temporaryDirectory();
  state = path.join(home, '.docker-ai-config');
  file = path.join(home, '.zshrc');
});

const add = (text: string | undefined): string => `${text ?? ''}more\n`;

it('keeps mode and bytes that are no UTF-8, whatever the umask is', () => {
  writeFileSync(file, Buffer.from([0x61, 0xff, 0xc3, 0x0d, 0x0a]));
  chmodSync(file, 0o664);
  const umask = process.umask(0o077);
  try {
    expect(changeRcFile(state, file, add)).toBe(true);
  } finally {
    process.umask(umask);
  }
  expect(readFileSync(file)).toEqual(
    Buffer.from([0x61, 0xff, 0xc3, 0x0d, 0x0a, ...Buffer.from('more\n')]),
  );
  expect(statSync(file).mode & 0o7777).toBe(0o664);
});

it('a link stays one, and what it leads to is written', () => {
  const real = path.join(home, 'dotfiles/zshrc');
  mkdirSync(path.dirname(real));
  writeFileSync(real, 'mine\n');
  symlinkSync('dotfiles/zshrc', file);
  changeRcFile(state, file, add);
  expect(readlinkSync(file)).toBe('dotfiles/zshrc');
  expect(readFileSync(real, 'utf8')).toBe('mine\nmore\n');
  expect(readdirSync(path.dirname(real))).toEqual(['zshrc']);
});

it('a second name of it stays one', () => {
  writeFileSync(file, 'mine\n');
  linkSync(file, path.join(home, 'other'));
  changeRcFile(state, file, add);
  expect(readFileSync(path.join(home, 'other'), 'utf8')).toBe('mine\nmore\n');
});

it('a link that leads nowhere is left alone', () => {
  symlinkSync('dotfiles/zshrc', file);
  expect(() => changeRcFile(state, file, add)).toThrow('AI_STATE_UNWRITABLE');
  expect(readdirSync(home)).toEqual(['.zshrc']);
});

it('what is no file is said, and not waited for', () => {
  mkdirSync(file);
  expect(() => readRcFile(file)).toThrow('AI_FILE_UNREADABLE');
});

it('keeps a copy of what was there, for nobody else, and not too many', () => {
  for (let round = 0; round < 8; round++) {
    writeFileSync(file, `round ${round}\n`);
    changeRcFile(state, file, add);
  }
  const directory = path.join(state, 'shell/backups/.zshrc');
  const copies = readdirSync(directory).sort();
  expect(copies.length).toBeLessThanOrEqual(5);
  const last = path.join(directory, copies.at(-1) ?? '');
  expect(readFileSync(last, 'utf8')).toBe('round 7\n');
  expect(lstatSync(last).mode & 0o777).toBe(0o600);
});

it('makes a file with the directories that are missing, and removes it again', () => {
  const fish = path.join(home, '.config/fish/config.fish');
  expect(changeRcFile(state, fish, add)).toBe(true);
  expect(readRcFile(fish)).toBe('more\n');
  expect(changeRcFile(state, fish, () => undefined)).toBe(true);
  expect(readRcFile(fish)).toBeUndefined();
});

it('changes nothing where there is nothing to change', () => {
  writeFileSync(file, 'mine\n');
  expect(changeRcFile(state, file, (text) => text)).toBe(false);
  expect(readdirSync(home)).toEqual(['.zshrc']);
});
