// What a path leads to without any link, also while somebody exchanges what stands there all the time.

import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemCode } from '../../../src/base/errors.ts';
import { statWithoutLinks } from '../../../src/host/linkless.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});
const at = (...names: string[]): string => path.join(directory, ...names);
const inode = (file: string): bigint => statSync(file, { bigint: true }).ino;

describe('a path without links', () => {
  it('leads to what stands there, also through a directory that may be passed only', () => {
    mkdirSync(at('closed'));
    writeFileSync(at('closed/file'), '');
    chmodSync(at('closed'), 0o100);
    onTestFinished(() => {
      chmodSync(at('closed'), 0o700);
    });
    expect(statWithoutLinks(at('closed'))).toMatchObject({ ino: inode(at('closed')) });
    expect(statWithoutLinks(at('closed/file'))).toMatchObject({ ino: inode(at('closed/file')) });
    expect(statWithoutLinks('/')).toMatchObject({ ino: inode('/') });
  });

  it('leads nowhere where nothing is', () => {
    expect(() => statWithoutLinks(at('missing/file'))).toThrow('ENOENT');
  });

  it.each(['link', 'link/below', 'dangling', 'file/below'])('is none: %s', (name) => {
    mkdirSync(at('real/below'), { recursive: true });
    symlinkSync(at('real'), at('link'));
    symlinkSync('nowhere', at('dangling'));
    writeFileSync(at('file'), '');
    expect(statWithoutLinks(at(name))).toBe('link');
  });
});

/** Has a directory and a link to the secret take turns at one place until it is told to stop. */
const flip = `
  const { renameSync } = require('node:fs');
  const { workerData: { place, link, stop } } = require('node:worker_threads');
  while (Atomics.load(stop, 0) === 0) {
    renameSync(place, place + '-real'); renameSync(link, place);
    renameSync(place, link); renameSync(place + '-real', place);
  }`;

it.each(['', 'below'])('what a link leads to is never taken for it: place/%s', async (name) => {
  for (const made of ['place/below', 'secret/below']) mkdirSync(at(made), { recursive: true });
  symlinkSync(at('secret'), at('to-secret'));
  const [asked, secret] = [path.join(at('place'), name), inode(path.join(at('secret'), name))];
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const workerData = { place: at('place'), link: at('to-secret'), stop };
  const worker = new Worker(flip, { eval: true, workerData });
  const seen = { link: 0, real: 0, secret: 0 };
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  try {
    // As often as it takes for both to have stood there many times.
    while (seen.link < 2000 || seen.real < 2000) {
      try {
        const found = statWithoutLinks(asked);
        seen[found === 'link' ? found : found.ino === secret ? 'secret' : 'real']++;
      } catch (error) {
        expect(systemCode(error)).toBe('ENOENT');
      }
    }
  } finally {
    Atomics.store(stop, 0, 1);
    await ended;
  }
  expect(seen.secret).toBe(0);
});
