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
import { build } from 'esbuild';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { Redactor } from '../../../src/base/redact.ts';
import { appendAudit as append, auditFiles } from '../../../src/journal/audit.ts';
import { readAudit } from '../../../src/journal/read-audit.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

/** Of no event in particular. */
const appendAudit = (
  stateDirectory: string,
  line: Readonly<Record<string, unknown>>,
  redactor = new Redactor(),
): string | undefined => append({ stateDirectory, redactor }, { what: 'start', ...line });

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
    expect(first).toEqual({
      ...{ time: expect.any(String) as unknown, what: 'start' },
      ...{ action: 'sign', allowed: true },
    });
    expect(second).toMatchObject({ action: 'list' });
    expect(String(first!['time']) >= before).toBe(true);
    expect(new Date(String(first!['time'])).toISOString()).toBe(first!['time']);
  });

  it('stays one, whatever it tells of', () => {
    appendAudit(directory, { reason: 'a\nb\u001b]0;x\u0007' });
    expect(readFileSync(file, 'utf8')).toMatch(/^[\x20-\x7e]*\n$/);
  });

  it('holds nothing that a terminal obeys, and reads as it was', () => {
    const reason = '\u007f\u0085\u009b31m\u2028\u2029\u202e\u2066\u061c é 🙂';
    appendAudit(directory, { reason });
    expect(readFileSync(file, 'utf8')).toMatch(
      /\\u007f\\u0085\\u009b31m\\u2028\\u2029\\u202e\\u2066\\u061c é 🙂/,
    );
    expect(lines()).toMatchObject([{ reason }]);
  });

  it('begins anew after half a line, which a full disk has left', () => {
    writeFileSync(file, '{"time":"1","what":"sta');
    appendAudit(directory, { n: 1 });
    appendAudit(directory, { n: 2 });
    const { entries, broken } = readAudit(directory, {});
    expect(entries).toMatchObject([{ n: 1 }, { n: 2 }]);
    expect(broken).toBe(1);
    expect(readFileSync(file, 'utf8')).not.toContain('\n\n');
  });

  it('is for the user alone', () => {
    appendAudit(directory, {});
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe('a secret', () => {
  it('is in no line, wherever a line tells of it', () => {
    const redactor = new Redactor();
    redactor.learn(['very-secret-value']);
    appendAudit(
      directory,
      { a: 'x very-secret-value y', b: [{ c: 'very-secret-value' }] },
      redactor,
    );
    expect(readFileSync(file, 'utf8')).not.toContain('very-secret-value');
    expect(lines()).toMatchObject([{ a: 'x *** y', b: [{ c: '***' }] }]);
  });
});

describe('the file', () => {
  const fill = (n: number): void => {
    writeFileSync(file, `{"time":"t","what":"start","n":${n}}\n`);
    truncateSync(file, 10 * 1024 ** 2);
  };

  it('makes room at 10 MB, and the newest three of those that did are kept', () => {
    for (const n of [1, 2, 3, 4, 5]) {
      fill(n);
      expect(appendAudit(directory, { n: n + 100 })).toBeUndefined();
      expect(lines()).toMatchObject([{ n: n + 100 }]);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    const files = auditFiles(directory);
    expect(files.at(-1)).toBe(file);
    const kept = files.slice(0, -1).map((old) => readFileSync(old, 'utf8').slice(0, 40));
    expect(kept.map((text) => /"n":(\d)/.exec(text)?.[1])).toEqual(['3', '4', '5']);
  });

  it('loses no line when several processes write while it makes room', async () => {
    writeFileSync(file, '');
    truncateSync(file, 10 * 1024 ** 2 - 20_000);
    writeFileSync(file, '\n', { flag: 'a' });
    const program = path.join(directory, 'program.cjs');
    await build({
      entryPoints: [path.join(import.meta.dirname, '../../support/audit-program.ts')],
      outfile: program,
      ...{ bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' },
    });
    const count = 200;
    const write = (name: string): Promise<unknown> =>
      execa(process.execPath, [program, directory, name, String(count)]);
    await Promise.all(['a', 'b', 'c', 'd'].map(write));
    expect(auditFiles(directory).length).toBeGreaterThan(1);
    const { entries } = readAudit(directory, {});
    for (const name of ['a', 'b', 'c', 'd'])
      expect(entries.filter((entry) => entry['name'] === name).map(({ n }) => n)).toEqual(
        Array.from({ length: count }, (_, index) => index),
      );
  });

  it('holds of a line that is much too long what is short', () => {
    appendAudit(directory, {
      run: 'abc',
      files: Array.from({ length: 50_000 }, () => 'x'.repeat(20)),
    });
    expect(lines()).toEqual([
      {
        time: expect.any(String) as unknown,
        what: 'start',
        run: 'abc',
        leftOut: expect.any(Number) as unknown,
      },
    ]);
  });
});

describe('reading', () => {
  it('finds the lines of a project and a run, oldest first, past what is broken', () => {
    writeFileSync(`${file}.1`, '{"time":"1","what":"start","run":"aa1","project":"/p"}\n');
    writeFileSync(
      `${file}.20260101T000000000-1`,
      '{"time":"2","what":"end","run":"aa1","project":"/p"}\n',
    );
    writeFileSync(
      file,
      [
        '{"time":"3","what":"start","run":"bb2","project":"/q"}',
        ...['{"time":"4","what":"sta', 'null', '[]', '5', '{"what":"start"}', '', '\u0000'],
        '{"time":"6","what":"start","run":"cc3","project":"/p"}',
      ].join('\n'),
    );
    const times = (filter: Parameters<typeof readAudit>[1]): readonly string[] =>
      readAudit(directory, filter).entries.map(({ time }) => time);
    expect(times({})).toEqual(['1', '2', '3', '6']);
    expect(times({ project: '/p' })).toEqual(['1', '2', '6']);
    expect(times({ run: 'aa' })).toEqual(['1', '2']);
    expect(times({ project: '/q', run: 'aa' })).toEqual([]);
    expect(readAudit(directory, {}).broken).toBe(6);
  });

  it('is empty where there is none, and follows no link', () => {
    expect(readAudit(directory, {})).toEqual({ entries: [], broken: 0 });
    writeFileSync(path.join(directory, 'other'), '{"time":"1","what":"start"}\n');
    symlinkSync(path.join(directory, 'other'), file);
    expect(readAudit(directory, {}).entries).toEqual([]);
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
