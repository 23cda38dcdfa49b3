// Staged changes as git itself tells of them: names, diffs, what of them is sent, and where secrets stand. Against the real git.

import { execFileSync } from 'node:child_process';
import { chmodSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Redactor } from '../../../../src/base/redact.ts';
import { DiffReader, readChanges, type FileDiff } from '../../../../src/plan/commit/changes.ts';
import { commitPrompt, secondPrompt } from '../../../../src/plan/commit/prompt.ts';
import { findSecrets, linesOf } from '../../../../src/plan/commit/secrets.ts';
import { mostSent, selectDiffs, statLine } from '../../../../src/plan/commit/selection.ts';
import { git, makeRepository } from '../../../support/repository.ts';

/** As commit-look.ts asks git, with the answer in pieces. */
function staged(directory: string, { most = mostSent, piece = 7 } = {}): readonly FileDiff[] {
  const ask = (...words: string[]): Buffer =>
    execFileSync('git', ['diff-tree', '-r', '-M', ...words], { cwd: directory });
  const tree = git(['write-tree'], { directory }).trim();
  const files = readChanges(ask('-z', '--raw', '--numstat', 'HEAD', tree));
  const reader = new DiffReader(most);
  const diffs = ask('-p', 'HEAD', tree);
  for (let at = 0; at < diffs.length; at += piece) reader.push(diffs.subarray(at, at + piece));
  return reader.end(files);
}

const repository = () => {
  const directory = makeRepository();
  const at = (name: string): string => path.join(directory, name);
  return { directory, at, stage: () => git(['add', '--all'], { directory }) };
};

describe('what is staged', () => {
  it('is read with renames, modes, types, submodules, binaries and odd names', () => {
    const { directory, at, stage } = repository();
    const long = Array.from({ length: 30 }, (_, line) => `line ${line}\n`).join('');
    for (const name of ['old.txt', 'gone.txt', 'run.sh', 'kind'])
      writeFileSync(at(name), `${name}\n${long}`);
    stage();
    git(['commit', '--quiet', '-m', 'two'], { directory });
    renameSync(at('old.txt'), at('new name.txt'));
    writeFileSync(at('new name.txt'), `old.txt\n${long}more\n`);
    rmSync(at('gone.txt'));
    chmodSync(at('run.sh'), 0o755);
    rmSync(at('kind'));
    symlinkSync('run.sh', at('kind'));
    writeFileSync(at('binary'), Buffer.from([0, 1, 2]));
    writeFileSync(Buffer.concat([Buffer.from(at('odd-')), Buffer.from([0xff])]), 'diff --git \n');
    writeFileSync(at('empty'), '');
    writeFileSync(at('line\nbreak "q"'), '--- a\n+++ b\n@@ -1 +1 @@\n');
    makeRepository({ directory: at('sub') });
    git(['config', 'advice.addEmbeddedRepo', 'false'], { directory });
    stage();
    const files = staged(directory);
    expect(files.map(statLine)).toEqual([
      'A binary',
      'A empty +0 -0',
      'D gone.txt +0 -31',
      expect.stringMatching(/^T kind/),
      'A line\\nbreak "q" +3 -0',
      'R old.txt -> new name.txt +1 -0',
      'A odd-\ufffd +1 -0',
      'M run.sh +0 -0',
      'A sub +1 -0',
    ]);
    const diffOf = (start: string): string =>
      files.find((file) => statLine(file).includes(start))?.diff ?? '';
    expect(diffOf('run.sh')).toContain('new mode 100755');
    expect(diffOf('new name')).toMatch(/similarity index[^]*\+more\n/);
    expect(diffOf('kind')).toMatch(/deleted file mode 100644[^]*new file mode 120000/);
    expect(diffOf('sub')).toContain('Subproject commit');
    expect(diffOf('odd-')).toContain('+diff --git ');
    expect(diffOf('gone')).toContain('-line 29');
  });

  it('is the same in pieces of any size, and of a file that is too large only its name is kept', () => {
    const { directory, at, stage } = repository();
    writeFileSync(at('a'), 'x\n'.repeat(50));
    writeFileSync(at('big'), `${'y'.repeat(5000)}diff --git a/a b/a\n`.repeat(3));
    writeFileSync(at('c'), 'z\n');
    stage();
    const expected = staged(directory, { most: 2000, piece: 1_000_000 });
    for (const piece of [1, 2, 100, 1999, 2001, 4096])
      expect(staged(directory, { most: 2000, piece })).toEqual(expected);
    expect(expected.map(({ path: name, diff }) => [name, diff === undefined])).toEqual([
      ['a', false],
      ['big', true],
      ['c', false],
    ]);
  });
});

it('diffs that are not those of the files are nobody’s', () => {
  const reader = new DiffReader(mostSent);
  reader.push(Buffer.from('diff --git a/a b/a\n+x\ndiff --git a/b b/b\n+y\n'));
  expect(reader.end([file('a', 1)])).toMatchObject([{ path: 'a', diff: undefined }]);
});

const file = (name: string, size: number, more: Partial<FileDiff> = {}): FileDiff => ({
  ...{ path: name, status: 'M', added: 1, removed: 0, modes: ['100644', '100644'] },
  diff: `diff --git a/${name} b/${name}\n${'x'.repeat(size)}\n`,
  ...more,
});

describe('an assistant is sent', () => {
  it('whole files up to the bound, the smallest first, in git’s order, and the rest by name', () => {
    const { shown, summarised, text } = selectDiffs([
      file('a', 60_000),
      file('b', 50_000),
      file('c', 100),
      file('d', 40_000),
      file('e', 0, { diff: undefined, added: 9000, removed: 12 }),
    ]);
    expect(shown.map(({ path: name }) => name)).toEqual(['b', 'c', 'd']);
    expect(summarised.map(statLine)).toEqual(['M a +1 -0', 'M e +9000 -12']);
    expect(text).toMatch(/M a \+1 -0\nM e \+9000 -12\n\nThe diff:\ndiff --git a\/b/);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(mostSent);
    expect(selectDiffs([file('a', mostSent - 40)]).shown).toHaveLength(1);
    expect(selectDiffs([file('a', mostSent)]).shown).toEqual([]);
  });

  it.each([
    ['many files', Array.from({ length: 20_000 }, (_, at) => file(`dir/file-${at}.ts`, 300))],
    [
      'many large ones',
      Array.from({ length: 20_000 }, (_, at) => file(`f-${at}`, 9, { diff: undefined })),
    ],
    ['many lock files', Array.from({ length: 20_000 }, (_, at) => file(`${at}/yarn.lock`, 9))],
    [
      'many binaries',
      Array.from({ length: 20_000 }, (_, at) => file(`${at}.png`, 9, { added: undefined })),
    ],
    [
      'bytes that are no text',
      [file('a', 0, { diff: `${'\u0000\ufffd\ud800'.repeat(30_000)}\n` })],
    ],
    ['wide text', [file('a', 0, { diff: '漢'.repeat(60_000) })]],
    [
      'long names',
      Array.from({ length: 200 }, (_, at) =>
        file(`${'d/'.repeat(2000)}${at}`, 9, { diff: undefined }),
      ),
    ],
  ])('no more than an argument may have, whatever is staged: %s', (_, files) => {
    const { text } = selectDiffs(files);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(mostSent + 13_000);
    const subjects = Array<string>(50).fill('漢'.repeat(5000));
    const first = commitPrompt({ subjects, changes: text });
    const second = secondPrompt(first, '漢'.repeat(50_000), 'it is wrong');
    // MAX_ARG_STRLEN less the longest option before it.
    expect(Buffer.byteLength(second)).toBeLessThan(128 * 1024 - 100);
    // eslint-disable-next-line no-control-regex -- an argument ends there
    expect(second).not.toMatch(/[\u0000\p{Surrogate}]/u);
  });

  it('no lock files and nothing binary, but their names', () => {
    const names = ['package-lock.json', 'a/Cargo.lock', 'go.sum', 'bun.lockb', 'flake.lock'];
    const { text, shown, lockFiles, binaries } = selectDiffs([
      ...names.map((name) => file(name, 10)),
      file('logo.png', 10, { added: undefined, removed: undefined }),
      file('lock.ts', 10),
    ]);
    expect(shown.map(({ path: name }) => name)).toEqual(['lock.ts']);
    expect(lockFiles.map(({ path: name }) => name)).toEqual(names);
    expect(binaries).toHaveLength(1);
    for (const name of [...names, 'logo.png']) expect(text).toContain(`M ${name}`);
  });

  it('of what is masked the names, whatever kind of file it is', () => {
    const files = [file('a', 10), file('yarn.lock', 10), file('b', 10)];
    const some = new Set(['a', 'yarn.lock']);
    const selection = selectDiffs(files, undefined, ({ path: name }) => some.has(name));
    expect(selection.masked.map(({ path: name }) => name)).toEqual(['a', 'yarn.lock']);
    expect(selection.lockFiles).toEqual([]);
    expect(selection.text).toMatch(/kept from you[^]*M a \+1 -0\nM yarn\.lock/);
    expect(selection.text).not.toContain('diff --git a/a');
  });
});

describe('secrets', () => {
  const key = `sk-ant-api03-${'a1'.repeat(20)}`;
  const { coverTelling } = new Redactor();

  it('are found with their lines, in what comes, goes and stays', () => {
    const { directory, at, stage } = repository();
    const lines = Array.from({ length: 40 }, (_, line) => `line ${line}`);
    writeFileSync(
      at('a.txt'),
      [...lines, `old = "${key}"`, 'x', 'x', 'x', 'x', 'x', 'x'].join('\n'),
    );
    writeFileSync(at('b.txt'), `${key}\nx\n`);
    stage();
    git(['commit', '--quiet', '-m', 'two'], { directory });
    writeFileSync(
      at('a.txt'),
      [...lines.slice(0, 5), '-- a', key, ...lines.slice(5), 'x', 'x'].join('\n'),
    );
    writeFileSync(at('b.txt'), `${key}\ny\n`);
    writeFileSync(at('c.txt'), 'nothing\n');
    stage();
    const places = findSecrets(staged(directory), coverTelling);
    expect(places).toEqual([
      { path: 'a.txt', line: 7, removed: false },
      { path: 'a.txt', line: 41, removed: true },
      { path: 'b.txt', line: 1, removed: false },
    ]);
    expect(JSON.stringify(places)).not.toContain(key);
  });

  it('that the user has are found by their values, over lines too, and words are none', () => {
    const redactor = new Redactor();
    redactor.learn(['first-line-of-1t\nsecond-line-of-1t', 'docker', 'Zq7!xk29']);
    const diff =
      'diff --git a/a b/a\n@@ -0,0 +1,4 @@\n+docker\n+first-line-of-1t\n+second-line-of-1t\n+Zq7!xk29\n';
    const found = findSecrets([{ ...file('a', 0), diff }], redactor.coverTelling);
    expect(found.map(({ line }) => line)).toEqual([2, 3, 4]);
  });

  it('are looked for in lines as git counts them', () => {
    const diff =
      '@@ -3,2 +3,3 @@ function\n a\n--- b\n+++ c\n+d\n\\ No newline at end of file\n@@ -9 +10 @@\n-x\n+y\n';
    expect(
      linesOf(diff).map(({ text, line, removed }) => `${text}:${line}${removed ? 'r' : ''}`),
    ).toEqual([...['function:2', 'a:3', '-- b:4r', '++ c:4', 'd:5', ':9', 'x:9r', 'y:10', ':1']]);
  });
});
