// Our reading of git's configuration, held against git's own.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isGitTrue,
  lastGitValue,
  parseGitConfig,
  readGitConfig,
} from '../../../src/base/git-config.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

/** What git itself lists, or undefined where it refuses the file. */
function askGit(text: string): string[] | undefined {
  const file = path.join(temporaryDirectory(), 'config');
  writeFileSync(file, text);
  try {
    return execFileSync('git', ['config', '--file', file, '--list', '--null'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .split('\0')
      .slice(0, -1);
  } catch {
    return undefined;
  }
}

const ours = (text: string): string[] =>
  parseGitConfig(text).map(({ section, subsection, key, value }) => {
    const name = [section, ...(subsection === undefined ? [] : [subsection]), key].join('.');
    return value === true ? name : `${name}\n${value}`;
  });

describe('a git configuration', () => {
  it.each([
    ['plain entries', '[core]\n\tbare = false\n[remote "origin"]\n\turl = git@host:path\n'],
    ['no line end at the end', '[a]\nb = c'],
    ['names in capitals', '[CORE]\nBare = Yes\n[Remote "Or Igin"]\nURL = X\n'],
    ['the old form of subsections', '[Section.Sub.More]\nkey = 1\n'],
    ['escapes in subsections', '[url "a\\"b\\\\c\\d"]\ninsteadOf = x\n'],
    ['blanks around the header', '  [a  "b"]   c = d\n'],
    ['an entry behind the header', '[core] bare = true\n'],
    ['names without a value', '[a]\nb\nc   \n'],
    ['empty values', '[a]\nb =\nc = ""\n'],
    ['comments', '# one\n; two\n[a] # three\nb = c # four\nd = e;five\nf = "g # h ; i" ; six\n'],
    ['continued lines', '[a]\nb = one \\\n   two\\\nthree\n'],
    ['quotes within a value', '[a]\nb = one"  two  "three   \nc = "  x  "\n'],
    ['escapes in values', '[a]\nb = "x\\ty\\nz\\"q\\\\"\n'],
    ['a continued line in quotes', '[a]\nb = "one\\\ntwo"\n'],
    ['line ends of Windows', '[a]\r\n\tb = c\r\n\td\r\n'],
    ['a byte order mark', '\uFEFF[a]\nb = c\n'],
    ['an equals sign in the value', '[a]\nb = c=d\n'],
    ['blanks before the equals sign', '[a]\nb \t=\t c\n'],
    ['a value of one backslash pair', '[a]\nb = \\\\\n'],
    ['nothing', ''],
    ['a bare carriage return in a header', '[branch\r"x"]\nmerge = y\n[core]\nfsmonitor = z\n'],
    ['blanks of every kind in a header', '[a \t\r "b"]\nc = d\n[ "e"]\nf = g\n[.h]\ni = j\n'],
    ['a dot before a subsection', '[a. "b"]\nc = d\n'],
    ['a NUL in a subsection', '[core "fsmonitor\0x"]\ny = z\n[a "b.c\0"]\nd = e\n'],
    ['a NUL in a value', '[a]\nb = c\0d # e\nf = \0\n'],
    ['a backslash at the end', '[a]\nb = c\\'],
    ['bytes that are no letters', '[a]\nb = \v\f c \f\n'],
  ])('is read as git reads it: %s', (_, text) => {
    expect(askGit(text)).toBeDefined();
    expect(ours(text)).toEqual(askGit(text));
  });

  it.each([
    ['quotes that do not end', '[a]\nb = "c\n'],
    ['an unknown escape', '[a]\nb = \\x\n'],
    ['a header that does not end', '[a\nb = c\n'],
    ['a subsection that does not end', '[a "b\nc = d\n'],
    ['something behind a subsection', '[a "b" c]\nd = e\n'],
    ['a name that is none', '[a]\n1b = c\n'],
    ['a comment behind a mere name', '[a]\nb # c\n'],
    ['a header without a name', '[]\nb = c\n'],
    ['a header over two lines', '[a\n"b"]\nc = d\n'],
    ['a vertical tab in a header', '[a\v"b"]\nc = d\n'],
    ['a NUL in a name', '[a]\nb\0 = c\n'],
  ])('ends where git refuses it: %s', (_, text) => {
    expect(askGit(text)).toBeUndefined();
    expect(ours(text)).toEqual([]);
    expect(readGitConfig(text).complete).toBe(false);
    expect(ours(`[good]\nx = 1\n${text}[later]\ny = 2\n`)).not.toContain('later.y\n2');
  });

  it('has no entries outside sections', () => {
    expect(ours('a = b\n[c]\nd = e\n')).toEqual(['c.d\ne']);
  });

  it('is the same to both, whatever is written there', () => {
    const piece = fc.constantFrom(
      ...['[a]', '[b "c"]', 'k = ', 'k', '"', '\\', '\n', ' ', '#', ';', '=', 'x', '\\n', ']'],
      ...['\t', '\r', '\v', '\f', '\0', '\uFEFF', '[', '.', '[d\r"e"]', '[f "', '"]'],
    );
    // Git before 2.45 makes blanks of tabs in a value.
    const blanks = (entries: readonly string[]): string[] =>
      entries.map((entry) => entry.replace(/[\t\r]/g, ' '));
    const isInSection = (entry: string): boolean => /^[^\n]*\./.test(entry);
    const run = fc.array(piece, { maxLength: 14 });
    fc.assert(
      fc.property(run, fc.constantFrom('\n', ''), fc.boolean(), (pieces, end, isFirst) => {
        const text = `${isFirst ? '' : '[s]\nz = 1\n'}${pieces.join('')}${end}`;
        const listed = askGit(text);
        expect(readGitConfig(text).complete).toBe(listed !== undefined);
        if (listed === undefined) expect(isFirst ? 's.z\n1' : ours(text)[0]).toBe('s.z\n1');
        else expect(blanks(ours(text))).toEqual(blanks(listed.filter(isInSection)));
      }),
      { numRuns: 200 },
    );
  });

  it('never breaks the reader', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        parseGitConfig(text);
        parseGitConfig(`[a "b"]\nc = ${text}`);
      }),
    );
  });

  it('is read in linear time', () => {
    const start = performance.now();
    parseGitConfig(`[a]\nb = ${' '.repeat(500_000)}x${'\\\n'.repeat(200_000)}`);
    parseGitConfig('[a "'.repeat(200_000));
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

describe('a value', () => {
  const entries = parseGitConfig('[a]\nb = 1\n[a "s"]\nb = 3\n[A]\nB = 2\nc\n');

  it('counts where it stands last, outside subsections', () => {
    expect(lastGitValue(entries, 'a.b')).toBe('2');
    expect(lastGitValue(entries, 'a.c')).toBe(true);
    expect(lastGitValue(entries, 'a.d')).toBeUndefined();
  });

  it.each<[string | true | undefined, boolean]>([
    [true, true],
    ['true', true],
    ['YES', true],
    ['on', true],
    ['1', true],
    ['0x1', true],
    ['-1k', true],
    ['0x0', false],
    ['0', false],
    ['', false],
    ['off', false],
    [undefined, false],
  ])('of %j is set: %j', (value, expected) => {
    expect(isGitTrue(value)).toBe(expected);
  });
});
