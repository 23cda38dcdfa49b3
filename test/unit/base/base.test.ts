// The small pure functions that everything else stands on.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { AiError, isAiError, messageOf, systemCode } from '../../../src/base/errors.ts';
import { signalExitCode } from '../../../src/base/exit-codes.ts';
import { editDistance, nearest, nearMiss } from '../../../src/base/nearest.ts';
import { isBelow, isInside, relativeInside } from '../../../src/base/paths.ts';
import {
  quoteForCsv,
  quoteForSh,
  quoteForShell,
  showAsJson,
  showOnOneLine,
} from '../../../src/base/quote.ts';
import { formatDuration, formatSize, parseDuration, parseSize } from '../../../src/base/units.ts';
import { oddNames, parseCsvLine } from '../../support/odd-names.ts';

describe('the nearest word', () => {
  const words = ['claude', 'clean', 'exec', 'ps', 'run', 'shell', 'stop', 'where'];
  it.each([
    ['cluade', 'claude'],
    ['Claude', 'claude'],
    ['claud', 'claude'],
    ['claudee', 'claude'],
    ['exce', 'exec'],
    ['wher', 'where'],
    ['rnu', 'run'],
    ['pss', 'ps'],
    ['banana', undefined],
    ['x', undefined],
    ['', undefined],
  ])('of “%s” is %s', (word, expected) => {
    expect(nearest(word, words)).toBe(expected);
  });

  it('is the first of equally near ones, and nothing without candidates', () => {
    expect(nearest('ab', ['abc', 'abd'])).toBe('abc');
    expect(nearest('ab', [])).toBeUndefined();
  });

  it.each([
    ['port', undefined],
    ['home', undefined],
    ['key', undefined],
    ['mode', 'model'],
    ['modle', 'model'],
    ['model', 'model'],
    ['nodel', 'model'],
    ['memroy', 'memory'],
    ['memorandum', undefined],
    ['hots', 'host'],
    ['hosts', 'host'],
    ['post', undefined],
  ])('that “%s” is a slip of is %s', (word, expected) => {
    expect(nearMiss(word, ['root', 'host', 'env', 'model', 'memory'])).toBe(expected);
  });

  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('is by distance: %s %s %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe('paths', () => {
  it.each([
    ['/a', '/a', true, false, ''],
    ['/a/b', '/a', true, true, 'b'],
    ['/a/b/c', '/a', true, true, 'b/c'],
    ['/ab', '/a', false, false, undefined],
    ['/a', '/a/b', false, false, undefined],
    ['/a', '/', true, true, 'a'],
    ['/', '/', true, false, ''],
  ])('%s in %s', (child, parent, inside, below, relative) => {
    expect(isInside(child, parent)).toBe(inside);
    expect(isBelow(child, parent)).toBe(below);
    expect(relativeInside(child, parent)).toBe(relative);
  });
});

describe('quoting', () => {
  const words = [...oddNames, '', '-n', '*', '~', '$HOME', '!x', 'a\\', '\u0000'.slice(1)];

  it('leaves plain words alone and quotes the rest', () => {
    expect(quoteForShell('/a/b-c_d.e:f,g=h@i%j+k')).toBe('/a/b-c_d.e:f,g=h@i%j+k');
    expect(quoteForShell('')).toBe("''");
    expect(quoteForShell('a b')).toBe("'a b'");
    expect(quoteForShell("it's")).toBe(String.raw`'it'\''s'`);
    expect(quoteForShell("a\n'b\\")).toBe(String.raw`$'a\n\'b\\'`);
  });

  it.each(['C', 'C.UTF-8'])('comes back from bash as it was, in the locale %s', (locale) => {
    const line = `printf '%s\\0' ${words.map(quoteForShell).join(' ')}`;
    expect(line).not.toContain('\n');
    const env = { ...process.env, LC_ALL: locale };
    const output = execFileSync('bash', ['-c', line], { encoding: 'utf8', env });
    expect(output.split('\0').slice(0, -1)).toEqual(words);
  });

  it('comes back from sh as it was, over several lines', () => {
    const script = `printf '%s\\0' ${words.map(quoteForSh).join(' ')}`;
    const output = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
    expect(output.split('\0').slice(0, -1)).toEqual(words);
  });

  it('comes back from CSV as it was', () => {
    const fields = words.filter((word) => !word.includes('\r\n'));
    expect(parseCsvLine(fields.map(quoteForCsv).join(','))).toEqual(fields);
    expect(quoteForCsv('plain=/a b')).toBe('plain=/a b');
    expect(quoteForCsv('a,b"c')).toBe('"a,b""c"');
  });

  it('shows control characters instead of sending them', () => {
    expect(showOnOneLine('a\tb\nc\u001b[31md\u007f\u009b')).toBe(
      String.raw`a\tb\nc\x1b[31md\x7f\u009b`,
    );
    expect(showOnOneLine('naïve 日本 😀')).toBe('naïve 日本 😀');
  });

  it('show each character that acts on a terminal, and no other, as Unicode has them', () => {
    const acts = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
    // All such are in the first plane.
    for (let code = 0; code <= 0xffff; code++) {
      const character = String.fromCharCode(code);
      if ((showOnOneLine(character) !== character) !== acts.test(character))
        throw new Error(`U+${code.toString(16)} is taken for what it is not`);
    }
  });

  it('shows them in JSON, too, which reads as it was', () => {
    const value = { 'a\u202e': ['\u001b\u007f\u009b31m\u2028\u2069', 'naïve\n日本 😀'] };
    const shown = showAsJson(value, 2);
    expect(shown).not.toMatch(/[^\P{Cc}\n]|[\p{Zl}\p{Bidi_Control}]/u);
    expect(shown).toContain(String.raw`"a\u202e": [`);
    expect(shown).toContain('日本 😀');
    expect(shown.split('\n')).toHaveLength(6);
    expect(JSON.parse(shown)).toEqual(value);
  });

  it('of whatever a command prints as JSON', () => {
    const commands = path.join(import.meta.dirname, '../../../src/cli/commands');
    for (const name of readdirSync(commands))
      expect(readFileSync(path.join(commands, name), 'utf8'), name).not.toMatch(
        /\$\{JSON\.stringify\(/,
      );
  });
});

describe('units', () => {
  it.each([
    ['512m', 512 * 1024 ** 2],
    ['4g', 4 * 1024 ** 3],
    ['4G', 4 * 1024 ** 3],
    ['4GiB', 4 * 1024 ** 3],
    ['4gb', 4 * 1024 ** 3],
    ['1.5k', 1536],
    [' 100 ', 100],
    ['100b', 100],
    ['2t', 2 * 1024 ** 4],
    ['', undefined],
    ['g', undefined],
    ['-1g', undefined],
    ['1e9', undefined],
    ['4 apples', undefined],
  ])('size %s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each([
    ['90', 90],
    ['30s', 30],
    ['5m', 300],
    ['1.5h', 5400],
    ['1d', 86400],
    ['0', 0],
    ['', undefined],
    ['m', undefined],
    ['1w', undefined],
    ['1h30m', undefined],
  ])('duration %s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1_400_000_000, '1.4 GB'],
    [320_000, '320 kB'],
    [5e15, '5000 TB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });

  it.each([
    [0.4, '0 s'],
    [99, '99 s'],
    [180, '3 min'],
    [7200, '2 h'],
    [432_000, '5 d'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe('errors', () => {
  const error = new AiError('AI_RUN_NOT_FOUND', { name: 'x' }, { cause: 1 });

  it('carry code, facts and cause', () => {
    expect(error).toMatchObject({ code: 'AI_RUN_NOT_FOUND', facts: { name: 'x' }, cause: 1 });
    expect(isAiError(error, 'AI_RUN_NOT_FOUND')).toBe(true);
    expect(isAiError(error, 'AI_USAGE')).toBe(false);
    expect(isAiError(new Error('AI_RUN_NOT_FOUND'), 'AI_RUN_NOT_FOUND')).toBe(false);
  });

  it('of any kind have a message and perhaps a code', () => {
    expect(messageOf(new Error('m'))).toBe('m');
    expect(messageOf('text')).toBe('text');
    expect(messageOf(undefined)).toBe('undefined');
    expect(systemCode(Object.assign(new Error('m'), { code: 'ENOENT' }))).toBe('ENOENT');
    expect(systemCode(Object.assign(new Error('m'), { code: 1 }))).toBeUndefined();
    expect(systemCode({ code: 'ENOENT' })).toBeUndefined();
  });

  it('of signals are exit codes above 128', () => {
    expect(signalExitCode(15)).toBe(143);
  });
});
