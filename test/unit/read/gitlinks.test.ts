// Gitlinks, read from the index as git itself writes it in each of its forms.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitlinksOf } from '../../../src/read/gitlinks.ts';
import { git } from '../../support/repository.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

function makeProject(...init: string[]): { top: string; run: (...words: string[]) => string } {
  const top = temporaryDirectory();
  const run = (...words: string[]): string => git(words, { directory: top });
  run('init', '-q', ...init);
  const commit = init.includes('--object-format=sha256') ? 'a'.repeat(64) : 'a'.repeat(40);
  mkdirSync(path.join(top, 'src/deep'), { recursive: true });
  for (const name of ['a', 'src/b', 'src/deep/c-with-a-longer-name', 'z'])
    writeFileSync(path.join(top, name), name);
  run('add', '.');
  for (const link of ['libs/one', 'libs/one-more', 'ünï', 'vendor/x'])
    run('update-index', '--add', '--cacheinfo', `160000,${commit},${link}`);
  return { top, run };
}

const linksOf = (top: string, hashBytes: 20 | 32 = 20): readonly string[] =>
  gitlinksOf(path.join(top, '.git'), top, hashBytes)
    .links.map((link) => path.relative(top, link))
    .sort();

const all = ['libs/one', 'libs/one-more', 'vendor/x', 'ünï'];

describe('an index', () => {
  it.each(['2', '4'])('of version %s', (version) => {
    const { top, run } = makeProject();
    run('update-index', `--index-version=${version}`);
    expect(linksOf(top)).toEqual(all);
  });

  it('of version 3, which an intended file makes it', () => {
    const { top, run } = makeProject();
    writeFileSync(path.join(top, 'm'), '');
    run('add', '-N', 'm');
    expect(linksOf(top)).toEqual(all);
  });

  it('of version 3 that says to be of version 2, which git reads all the same', () => {
    const { top, run } = makeProject();
    const intended = ['b', 'm', 'libs-of-ours'];
    for (const name of intended) writeFileSync(path.join(top, name), '');
    run('add', '-N', ...intended);
    const file = path.join(top, '.git/index');
    const index = readFileSync(file);
    index[7] = 2;
    writeFileSync(file, index);
    expect(run('ls-files', '--stage').match(/^160000/gm)).toHaveLength(all.length);
    expect(linksOf(top)).toEqual(all);
  });

  it('that is split in two', () => {
    const { top, run } = makeProject();
    run('update-index', '--split-index');
    expect(linksOf(top)).toEqual(all);
  });

  it.each(['2', '4'])(
    'of version %s with a name that holds a NUL, where git reads on',
    (version) => {
      const { top, run } = makeProject();
      run('update-index', `--index-version=${version}`);
      const file = path.join(top, '.git/index');
      const index = readFileSync(file);
      index[index.indexOf('deep/c-with') + 1] = 0;
      writeFileSync(file, index);
      expect(run('ls-files', '--stage').match(/^160000/gm)).toHaveLength(all.length);
      expect(gitlinksOf(path.join(top, '.git'), top, 20).complete).toBe(true);
      expect(linksOf(top)).toEqual(all);
    },
  );

  it('with a link whose own name holds a NUL, which ends it for the system', () => {
    const { top } = makeProject();
    const file = path.join(top, '.git/index');
    const index = readFileSync(file);
    index[index.indexOf('vendor/x') + 'vendor'.length] = 0;
    writeFileSync(file, index);
    expect(linksOf(top)).toEqual(all.map((name) => name.replace('vendor/x', 'vendor')));
  });

  it('with a name that is longer than the flags can say', () => {
    const { top, run } = makeProject();
    const long = Array.from({ length: 40 }, () => 'd'.repeat(120))
      .join('/')
      .slice(0, 4096);
    run('update-index', '--add', '--cacheinfo', `100644,${'a'.repeat(40)},${long}`);
    expect(linksOf(top)).toEqual(all);
    for (const version of ['2', '4']) {
      run('update-index', `--index-version=${version}`);
      expect(linksOf(top)).toEqual(all);
    }
  });

  it('with names of sha256', () => {
    const { top } = makeProject('--object-format=sha256');
    expect(linksOf(top, 32)).toEqual(all);
  });

  it.each(['', 'DIRC', `DIRC\0\0\0\u0002\uffff\uffff${'x'.repeat(200)}`, 'x'.repeat(500)])(
    'that is none (%#) has none',
    (text) => {
      const { top } = makeProject();
      writeFileSync(path.join(top, '.git/index'), text, 'latin1');
      expect(linksOf(top)).toEqual([]);
    },
  );
});
