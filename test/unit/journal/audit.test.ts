// The audit: a line for each event, whole, in a file for the user alone, that stays within bounds and never gets in the way.

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { appendAudit } from '../../../src/journal/audit.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let directory: string;
let file: string;
const lines = (): Record<string, unknown>[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

beforeEach(() => {
  directory = temporaryDirectory();
  file = path.join(directory, 'audit.jsonl');
});

describe('a line', () => {
  it('is added with its time', () => {
    const before = new Date().toISOString();
    expect(appendAudit(directory, { action: 'sign', allowed: true })).toBeUndefined();
    expect(appendAudit(directory, { action: 'list' })).toBeUndefined();
    const [first, second] = lines();
    expect(first).toEqual({ time: expect.any(String) as unknown, action: 'sign', allowed: true });
    expect(second).toMatchObject({ action: 'list' });
    expect(String(first!['time']) >= before).toBe(true);
    expect(new Date(String(first!['time'])).toISOString()).toBe(first!['time']);
  });

  it('stays one, whatever it tells of', () => {
    appendAudit(directory, { reason: 'a\nb\u001b]0;x\u0007' });
    expect(readFileSync(file, 'utf8')).toMatch(/^[\x20-\x7e]*\n$/);
  });

  it('is for the user alone', () => {
    appendAudit(directory, {});
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe('the file', () => {
  it('makes room at 10 MB, and replaces the one before', () => {
    writeFileSync(file, 'the newest');
    truncateSync(file, 10 * 1024 ** 2 - 200);
    writeFileSync(`${file}.1`, 'the oldest');
    expect(appendAudit(directory, { n: 1 })).toBeUndefined();
    expect(readFileSync(`${file}.1`, 'utf8')).toBe('the oldest');
    expect(appendAudit(directory, { n: 2, text: 'x'.repeat(200) })).toBeUndefined();
    expect(lines()).toMatchObject([{ n: 2 }]);
    expect(readFileSync(`${file}.1`, 'utf8').startsWith('the newest')).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe('what is in the way', () => {
  it('is said, never thrown', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    for (const line of [circle, { big: 1n }])
      expect(appendAudit(directory, line)).toEqual(expect.any(String));
    expect(appendAudit(path.join(directory, 'missing'), {})).toMatch(/ENOENT/);
    mkdirSync(file);
    expect(appendAudit(directory, {})).toMatch(/EISDIR/);
  });

  it('as a link leads nowhere', () => {
    const target = path.join(directory, 'target');
    symlinkSync(target, file);
    expect(appendAudit(directory, {})).toMatch(/ELOOP/);
    expect(existsSync(target)).toBe(false);
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
  });

  it('as a pipe makes nobody wait', () => {
    execFileSync('mkfifo', [file]);
    expect(appendAudit(directory, {})).toMatch(/ENXIO/);
  });
});
