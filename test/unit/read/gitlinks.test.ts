// Gitlinks, read from the index as git itself writes it in each of its forms.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
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

/** Git would have a thread for each ten thousand entries, and needs one for the extensions. */
function makeLarge(): ReturnType<typeof makeProject> {
  const top = temporaryDirectory();
  const run = (...words: string[]): string => git(words, { directory: top });
  run('init', '-q');
  run('config', 'index.threads', '3');
  const name = 'a'.repeat(40);
  const entries = Array.from({ length: 25_000 }, (_, at) => `100644 ${name}\tf${at}\n`);
  const input = [...entries, `160000 ${name}\tzlink\n`].join('');
  execFileSync('git', ['update-index', '--index-info'], { cwd: top, input });
  return { top, run };
}

function extension(name: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32BE(data.length, 4);
  return Buffer.concat([head, data]);
}

/** Git believes it by a hash of the heads of all others. */
function endAt(entriesEnd: number, others: readonly Buffer[]): Buffer {
  const heads = createHash('sha1');
  for (const other of others) heads.update(other.subarray(0, 8));
  const at = Buffer.alloc(4);
  at.writeUInt32BE(entriesEnd);
  return extension('EOIE', Buffer.concat([at, heads.digest()]));
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

  describe('that git reads by several threads', () => {
    const { top, run } = makeLarge();
    const file = path.join(top, '.git/index');
    const written = readFileSync(file);
    const table = written.lastIndexOf('IEOT');
    const blocks = written.subarray(table + 8, written.lastIndexOf('EOIE'));
    const ofLastBlock = blocks.length - 8;
    const lastBlock = blocks.readUInt32BE(ofLastBlock);

    it.each(['2', '4'])('of version %s', (version) => {
      writeFileSync(file, written);
      run('update-index', `--index-version=${version}`);
      expect(gitlinksOf(path.join(top, '.git'), top, 20)).toEqual({
        links: [path.join(top, 'zlink')],
        complete: true,
      });
    });

    it('is not taken for whole where it has other entries for them', () => {
      const mode = written.lastIndexOf(Buffer.from([0, 0, 0xe0, 0]));
      // One after another there is an ordinary file in the place of the link, which only an extension holds.
      const seen = Buffer.from(written.subarray(0, table));
      seen.writeUInt32BE(0o100644, mode);
      const hidden = extension('ZZZZ', written.subarray(lastBlock, table));
      // Where that begins: behind the head of the extension.
      const moved = Buffer.from(blocks);
      moved.writeUInt32BE(table + 8, ofLastBlock);
      const parts = [hidden, extension('IEOT', moved)];
      writeFileSync(file, Buffer.concat([seen, ...parts, endAt(table, parts), Buffer.alloc(20)]));
      expect(run('ls-files', '--stage', 'zlink')).toMatch(/^160000/);
      expect(gitlinksOf(path.join(top, '.git'), top, 20)).toEqual({ links: [], complete: false });
    });

    it.each([
      ['its end elsewhere', written.lastIndexOf('EOIE') + 8],
      ['fewer entries', table + 8 + ofLastBlock + 4],
    ])('is not taken for whole where it says to have %s', (_, at) => {
      const other = Buffer.from(written);
      other.writeUInt32BE(other.readUInt32BE(at) - 1, at);
      writeFileSync(file, other);
      expect(gitlinksOf(path.join(top, '.git'), top, 20).complete).toBe(false);
    });
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
