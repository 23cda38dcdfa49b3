// Git does inside what it does outside: worktrees, their siblings, submodules, in a real container.

import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runAi } from '../support/ai.ts';
import { homeWithImage } from '../support/ready-home.ts';
import { git, makeRepository as makeRepositoryIn } from '../support/repository.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

let home: string;
let projects: string;

beforeAll(async () => {
  home = await homeWithImage();
});
beforeEach(() => {
  projects = temporaryDirectory();
});

const at = (name: string): string => path.join(projects, name);
const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid'];

/** Git on the host. */
const outside = (directory: string, ...words: string[]): string =>
  git([...identity, ...words], { directory: at(directory) });

/** Git in a container that was started for this directory. */
const inside = (directory: string, ...words: string[]): Promise<string> =>
  run(directory, 'git', ...identity, ...words);

/** What each of several prints there, one after the other in one container; all of them have to end well. */
async function insideInTurn(directory: string, ...all: string[][]): Promise<string[]> {
  const lines = all.map((words) => ['git', ...identity, ...words].map(quoted).join(' '));
  const script = lines.map((line) => `${line}\nprintf '\\000'\n`).join('');
  return (await run(directory, 'sh', '-euc', script)).split('\0').slice(0, -1);
}

const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** What a command in such a container prints; it has to end well. */
async function run(directory: string, ...command: string[]): Promise<string> {
  const result = await runAi(['exec', '--', ...command], { cwd: at(directory), home });
  expect(result).toMatchObject({ code: 0 });
  return result.stdout;
}

const makeRepository = (name: string): string => makeRepositoryIn({ directory: at(name) });

const makeWorktree = (main: string, place: string, branch: string): string =>
  outside(main, 'worktree', 'add', '-q', '-b', branch, at(place));

/** As git >= 2.48 writes it with worktree.useRelativePaths, but for the way back, which older ones only read absolute. */
function makePointerRelative(worktree: string): void {
  const file = path.join(at(worktree), '.git');
  const target = readFileSync(file, 'utf8').slice('gitdir: '.length).trimEnd();
  writeFileSync(file, `gitdir: ${path.relative(at(worktree), target)}\n`);
}

/** Everything there but what git itself keeps: mounts must leave no empty directories behind. */
const listing = (): string[] =>
  readdirSync(projects, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/(^|\/)(\.git|\.bare|store(\.git)?)\//.test(name))
    .sort();

/** A change, a commit and a look back, all inside; then the same look from outside. */
async function expectWorkInside(directory: string): Promise<void> {
  const before = listing();
  writeFileSync(path.join(at(directory), 'README.md'), `changed in ${directory}\n`);
  const changed = outside(directory, 'status', '--porcelain');
  expect(
    await insideInTurn(
      directory,
      ['status', '--porcelain'],
      ['commit', '-q', '-a', '-m', 'from inside'],
      ['log', '--format=%H %s'],
    ),
  ).toEqual([changed, '', outside(directory, 'log', '--format=%H %s')]);
  expect(outside(directory, 'log', '-1', '--format=%s')).toBe('from inside\n');
  expect(outside(directory, 'status', '--porcelain')).toBe('');
  expect(listing()).toEqual(before);
}

async function expectNothingPruned(directory: string): Promise<void> {
  const before = outside(directory, 'worktree', 'list', '--porcelain');
  expect(
    await insideInTurn(directory, ['worktree', 'prune', '--verbose'], ['gc', '-q', '--prune=now']),
  ).toEqual(['', '']);
  expect(outside(directory, 'worktree', 'list', '--porcelain')).toBe(before);
  expect(before).not.toMatch(/^prunable/m);
}

describe('a linked worktree', () => {
  beforeEach(() => {
    makeRepository('main');
    makeWorktree('main', 'one', 'one');
    makeWorktree('main', 'two', 'two');
    mkdirSync(at('one/src'));
    writeFileSync(at('one/src/README.md'), '');
    outside('one', 'add', '.');
    outside('one', 'commit', '-q', '-m', 'src');
  });

  it('is worked in from its top', async () => {
    await expectWorkInside('one');
  });

  it('is worked in from below its top', async () => {
    await expectWorkInside('one/src');
    expect(await inside('one/src', 'rev-parse', '--show-toplevel')).toBe('/workspace\n');
  });

  it('sees the list of worktrees as the host does', async () => {
    expect(await inside('one', 'worktree', 'list', '--porcelain')).toBe(
      outside('one', 'worktree', 'list', '--porcelain'),
    );
  });

  it('does not prune the others', async () => {
    await expectNothingPruned('one');
    await expectNothingPruned('one/src');
  });

  it('prunes what is really gone', async () => {
    rmSync(at('two'), { recursive: true });
    await inside('one', 'worktree', 'prune');
    expect(existsSync(at('main/.git/worktrees/two'))).toBe(false);
    expect(existsSync(at('main/.git/worktrees/one'))).toBe(true);
  });

  it('keeps its place in the repository, however old the note of it is', async () => {
    const note = at('main/.git/worktrees/one/gitdir');
    const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 3600;
    utimesSync(note, twoDaysAgo, twoDaysAgo);
    await expectWorkInside('one');
    expect(readFileSync(note, 'utf8')).toBe(`${at('one/.git')}\n`);
  });

  it('cannot change the pointer of another', async () => {
    const command = ['sh', '-c', `echo x > ${at('two/.git')}`];
    const { code } = await runAi(['exec', '--', ...command], { cwd: at('one'), home });
    expect(code).not.toBe(0);
    expect(readFileSync(at('two/.git'), 'utf8')).toBe(`gitdir: ${at('main/.git/worktrees/two')}\n`);
  });

  it('may point to its repository with a relative path', async () => {
    makePointerRelative('one');
    await expectWorkInside('one');
    await expectWorkInside('one/src');
    await expectNothingPruned('one');
    await expectNothingPruned('one/src');
  });
});

describe('a main worktree', () => {
  beforeEach(() => {
    makeRepository('main');
    makeWorktree('main', 'one', 'one');
  });

  it('does not prune the linked ones', async () => {
    await expectNothingPruned('main');
  });

  it('works with worktrees inside itself', async () => {
    writeFileSync(at('main/.git/info/exclude'), '.worktrees\n');
    makeWorktree('main', 'main/.worktrees/inner', 'inner');
    await expectNothingPruned('main');
    expect(await run('main', 'git', '-C', '.worktrees/inner', 'log', '--format=%H')).toBe(
      outside('main/.worktrees/inner', 'log', '--format=%H'),
    );
    await expectWorkInside('main/.worktrees/inner');
    await expectNothingPruned('main/.worktrees/inner');
  });
});

describe('a repository that lies elsewhere', () => {
  it('works with --separate-git-dir, if it says whose it is', async () => {
    mkdirSync(at('apart'), { recursive: true });
    outside('apart', 'init', '-q', '-b', 'main', '--separate-git-dir', at('store'));
    writeFileSync(at('apart/README.md'), '');
    outside('apart', 'add', '.');
    outside('apart', 'commit', '-q', '-m', 'first');
    outside('apart', 'config', 'core.worktree', at('apart'));
    await expectWorkInside('apart');
  });

  it('is not mounted because a project claims it', async () => {
    makeRepository('victim');
    mkdirSync(at('app'));
    writeFileSync(at('app/.git'), `gitdir: ${at('victim/.git')}\n`);
    expect(await run('app', 'sh', '-c', `ls -d ${at('victim')} 2>&1 || true`)).toMatch(
      /No such file/,
    );
  });

  it('works when it is bare, with its worktrees beside or inside', async () => {
    makeRepository('source');
    outside('.', 'clone', '-q', '--bare', 'source', 'store.git');
    makeWorktree('store.git', 'beside', 'beside');
    makeWorktree('store.git', 'store.git/within', 'within');
    for (const directory of ['beside', 'store.git/within']) {
      await expectWorkInside(directory);
      await expectNothingPruned(directory);
    }
    await expectNothingPruned('store.git');
  });

  it('works when it hides in .bare', async () => {
    makeRepository('source');
    mkdirSync(at('app'));
    outside('app', 'clone', '-q', '--bare', at('source'), '.bare');
    writeFileSync(at('app/.git'), 'gitdir: ./.bare\n');
    makeWorktree('app', 'app/one', 'one');
    await expectWorkInside('app/one');
    await expectNothingPruned('app/one');
    await expectNothingPruned('app');
  });
});

describe('a submodule', () => {
  beforeEach(() => {
    makeRepository('leaf');
    makeRepository('super');
    outside('super', 'submodule', 'add', '-q', at('leaf'), 'libs/leaf');
    outside('super', 'commit', '-q', '-m', 'leaf');
  });

  it('is worked in together with its superproject', async () => {
    await expectWorkInside('super/libs/leaf');
    expect(await inside('super/libs/leaf', 'rev-parse', '--show-superproject-working-tree')).toBe(
      '/workspace\n',
    );
    expect(await inside('super', 'submodule', 'status')).toBe(
      outside('super', 'submodule', 'status'),
    );
  });

  it('in a linked worktree is worked in from every directory', async () => {
    makeWorktree('super', 'other', 'other');
    outside('other', 'submodule', 'update', '-q', '--init');
    outside('other/libs/leaf', 'checkout', '-q', '-b', 'work');
    await expectWorkInside('other/libs/leaf');
    expect(await inside('other', 'submodule', 'status')).toBe(
      outside('other', 'submodule', 'status'),
    );
    expect(await run('other', 'git', '-C', 'libs/leaf', 'status', '--porcelain')).toBe('');
  });
});

const oddNames = [
  'a b',
  `it's "q"`,
  'a:b',
  'a,b',
  'new\nline',
  'ünï 日本',
  '-dash',
  'back\\slash',
  '$(x)',
  'a\tb',
];

describe.each(oddNames)('a repository and a worktree named %j', (name) => {
  it('work like any other', async () => {
    makeRepository(`main ${name}`);
    makeWorktree(`main ${name}`, name, 'one');
    makeWorktree(`main ${name}`, `two ${name}`, 'two');
    await expectWorkInside(name);
    await expectNothingPruned(name);
    await expectNothingPruned(`main ${name}`);
  });
});
