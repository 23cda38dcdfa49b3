// Where a session might hide what git of this machine runs: each way is shown to work with a real git, and is told by a look.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { changesBetween } from '../../../src/plan/executable-files.ts';
import {
  lookForExecutables,
  type ExecutableLook,
  type ExecutablesFound,
} from '../../../src/read/executable-files.ts';
import { git, makeRepository } from '../../support/repository.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let parent: string;
let root: string;
beforeEach(() => {
  parent = temporaryDirectory();
  root = makeRepository({ directory: path.join(parent, 'app') });
});

const at = (...names: string[]): string => path.join(root, ...names);
function put(name: string, text: string, mode = 0o644): void {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text, { mode });
}
const look = (more: Partial<ExecutableLook> = {}, before?: ExecutablesFound): ExecutablesFound =>
  lookForExecutables(
    { ...{ root, commonDirectory: at('.git'), most: 50_000, time: 10_000 }, ...more },
    before?.files,
  );
const gitHere = (...words: string[]): string => git(words, { directory: root });

const environment = (): NodeJS.ProcessEnv => ({
  ...{ PATH: process.env['PATH'], HOME: parent, MARK: path.join(parent, 'RAN') },
  ...{ GIT_AUTHOR_NAME: 'T', GIT_AUTHOR_EMAIL: 't@t', GIT_CONFIG_NOSYSTEM: '1' },
  ...{ GIT_COMMITTER_NAME: 'T', GIT_COMMITTER_EMAIL: 't@t' },
});
/** What a session does, by a shell; `$EVIL` is what it would like to have run. */
function act(script: string): void {
  const env = { ...environment(), EVIL: 'touch "$MARK"; false' };
  execFileSync('bash', ['-ec', script], { cwd: root, env, stdio: 'ignore' });
}
function runsOnHost(where: string, words: readonly string[]): boolean {
  const { MARK = '' } = environment();
  rmSync(MARK, { force: true });
  spawnSync('git', words, { cwd: at(where), env: environment() });
  return existsSync(MARK);
}

interface Hiding {
  what: string;
  prepare?: () => void;
  script: string;
  /** What this machine does later, and where. */
  host?: readonly string[];
  in?: string;
  told: string;
}

function addSubmodule(): void {
  const other = makeRepository({ directory: path.join(parent, 'other') });
  gitHere('submodule', 'add', '-q', other, 'libs/sub');
  gitHere('commit', '-qm', 'submodule');
}
function addWorktree(): void {
  gitHere('worktree', 'add', '-q', '-b', 'one', '.worktrees/one');
}

const hook = `printf '#!/bin/sh\\n%s\\n' "$EVIL"`;
const nested = (name: string): string =>
  `git init -q ${name}; git -C ${name} commit -q --allow-empty -m x; git -C ${name} config core.fsmonitor "$EVIL"`;

const hidings: readonly Hiding[] = [
  {
    what: 'a name that is no UTF-8',
    script: `d=$(printf 'x\\xff'); ${nested('"$d"')}; git add "$d"`,
    told: 'added x\udcff/.git/config',
  },
  {
    what: 'such a name among the dependencies, as a gitlink',
    script: `d=$(printf 'node_modules/x\\xff'); ${nested('"$d"')}; git add -f "$d"`,
    told: 'added node_modules/x\udcff/.git/config',
  },
  {
    what: 'a submodule of a linked worktree',
    prepare: () => {
      addSubmodule();
      addWorktree();
      const words = ['-C', '.worktrees/one', 'submodule', 'update', '-q', '--init'];
      gitHere(...words);
    },
    script: 'git config -f .git/worktrees/one/modules/libs/sub/config core.fsmonitor "$EVIL"',
    in: '.worktrees/one',
    told: 'changed .git/worktrees/one/modules/libs/sub/config',
  },
  {
    what: 'a gitlink of a submodule',
    prepare: addSubmodule,
    script: `cd libs/sub; ${nested('node_modules/x')}; git add -f node_modules/x`,
    told: 'added libs/sub/node_modules/x/.git/config',
  },
  {
    what: 'a gitlink of an inner worktree',
    prepare: addWorktree,
    script: `cd .worktrees/one; ${nested('node_modules/x')}; git add -f node_modules/x`,
    in: '.worktrees/one',
    told: 'added .worktrees/one/node_modules/x/.git/config',
  },
  {
    what: 'a hook of an inner worktree, by a relative core.hooksPath',
    prepare: () => {
      addWorktree();
      gitHere('config', 'core.hooksPath', 'tools/hooks');
    },
    script: `cd .worktrees/one; mkdir -p tools/hooks; ${hook} > tools/hooks/pre-commit; chmod +x tools/hooks/pre-commit`,
    host: ['commit', '-q', '--allow-empty', '-m', 'x'],
    in: '.worktrees/one',
    told: 'added .worktrees/one/tools/hooks/pre-commit',
  },
  {
    what: 'a hook of a submodule, by a relative core.hooksPath',
    prepare: () => {
      addSubmodule();
      gitHere('-C', 'libs/sub', 'config', 'core.hooksPath', 'tools');
    },
    script: `cd libs/sub; mkdir tools; ${hook} > tools/pre-commit; chmod +x tools/pre-commit`,
    host: ['commit', '-q', '--allow-empty', '-m', 'x'],
    in: 'libs/sub',
    told: 'added libs/sub/tools/pre-commit',
  },
  {
    what: 'what an included file includes',
    prepare: () => {
      put('a.gitconfig', '[include]\n\tpath = b.gitconfig\n');
      put('b.gitconfig', '[a]\n');
      gitHere('config', 'include.path', '../a.gitconfig');
    },
    script: 'git config -f b.gitconfig core.fsmonitor "$EVIL"',
    told: 'changed b.gitconfig',
  },
  {
    what: 'a place for hooks, said in an included file',
    prepare: () => {
      put('a.gitconfig', '[core]\n\thooksPath = tools\n');
      gitHere('config', 'include.path', '../a.gitconfig');
    },
    script: `mkdir tools; ${hook} > tools/pre-commit; chmod +x tools/pre-commit`,
    host: ['commit', '-q', '--allow-empty', '-m', 'x'],
    told: 'added tools/pre-commit',
  },
  {
    what: 'a program of the project that the configuration names',
    prepare: () => {
      put('s/clean', '#!/bin/sh\ncat\n', 0o755);
      put('.gitattributes', '* filter=n\n');
      gitHere('config', 'filter.n.clean', 's/clean %f');
    },
    script: `${hook} > s/clean; touch README.md`,
    told: 'changed s/clean',
  },
  {
    what: 'a repository without objects of its own',
    script: `git init -q node_modules/.x; mkdir docs; cp .git/HEAD docs/; echo ../node_modules/.x/.git > docs/commondir
      git -C node_modules/.x config extensions.worktreeConfig true; git -C node_modules/.x config core.bare false
      printf '[core]\\n\\tworktree = .\\n' > docs/config.worktree; git config -f docs/config.worktree core.fsmonitor "$EVIL"`,
    in: 'docs',
    told: 'added docs/config.worktree',
  },
  {
    what: 'a program, behind what only git reads on',
    prepare: () => {
      gitHere('config', 'branch.x.description', 'y');
    },
    script: String.raw`printf '[branch\r"x"]\n[core]\n\tfsmonitor = "%s"\n' 'touch $MARK' >> .git/config`,
    told: 'changed .git/config',
  },
  {
    what: 'a setting in the name of a section',
    script: String.raw`printf '[core "fsmonitor\0"]\n\tx = "%s"\n' 'touch $MARK' >> .git/config`,
    told: 'changed .git/config',
  },
  {
    what: 'a step of a rebase',
    script: `git checkout -q -b other; git commit -q --allow-empty -m two; git commit -q --allow-empty -m three
      GIT_SEQUENCE_EDITOR='sed -i 1s/^pick/edit/' git rebase -q -i --keep-empty HEAD~2 || true
      echo "exec $EVIL" >> .git/rebase-merge/git-rebase-todo`,
    host: ['rebase', '--continue'],
    told: 'added .git/rebase-merge/git-rebase-todo',
  },
  {
    what: 'a link through which git writes elsewhere',
    script: 'rm -f .git/COMMIT_EDITMSG; ln -s "$MARK" .git/COMMIT_EDITMSG',
    host: ['commit', '-q', '--allow-empty', '-m', 'x'],
    told: 'added .git/COMMIT_EDITMSG',
  },
];

describe('told is', () => {
  it.each(hidings)(
    '$what',
    ({ prepare, script, host = ['status'], in: where = '.', told }) => {
      prepare?.();
      const before = look();
      expect(before.complete).toBe(true);
      act(script);
      const after = look({}, before);
      expect(runsOnHost(where, host)).toBe(true);
      const changes = changesBetween(before, after).map(
        ({ change, path: file }) => `${change} ${file}`,
      );
      expect(changes).toContain(told);
      expect(after.complete).toBe(true);
    },
    20_000,
  );
});

describe('a look does not say that it has seen all', () => {
  it.each<[string, () => void]>([
    [
      'of more gitlinks than it follows',
      () => {
        const links = Array.from({ length: 1001 }, (_, n) => `160000 ${'a'.repeat(40)}\tl/${n}\n`);
        const input = links.join('');
        execFileSync('git', ['update-index', '--index-info'], { cwd: root, input });
      },
    ],
    [
      'of an index that is too large',
      () => {
        writeFileSync(at('.git/index'), Buffer.alloc(65 * 1024 ** 2));
      },
    ],
    [
      'of an index that it cannot read',
      () => {
        writeFileSync(at('.git/index'), 'DIRC\0\0\0\u0002\0\0\0\u0001');
      },
    ],
  ])('%s', (_, make) => {
    make();
    expect(look().complete).toBe(false);
  });

  it('of a directory with more entries than it reads, nor does it read them', () => {
    mkdirSync(at('many'));
    for (let n = 0; n < 300; n++) writeFileSync(at('many', String(n)), '');
    expect(look({ most: 200 }).complete).toBe(false);
    expect(look({ most: 2000 }).complete).toBe(true);
  });
});

describe('nothing is told of', () => {
  it('a shared index that is no longer used, however many there are', () => {
    for (let n = 0; n < 20; n++) put(`.git/sharedindex.${String(n).padStart(40, '0')}`, 'x');
    gitHere('update-index', '--split-index');
    expect(look().complete).toBe(true);
  });

  it('what a new worktree has like the project, but of what it has otherwise', () => {
    put('Makefile', 'all:\n');
    put('package.json', '{"scripts":{"a":"b"}}');
    gitHere('add', '.');
    gitHere('commit', '-qm', 'more');
    const before = look();
    addWorktree();
    const told = (): string[] => changesBetween(before, look({}, before)).map((one) => one.path);
    expect(told()).toEqual(['.worktrees/one/.git']);
    put('.worktrees/one/Makefile', 'all: evil\n');
    expect(told()).toEqual(['.worktrees/one/.git', '.worktrees/one/Makefile']);
  });
});

it('a directory that got its name meanwhile is new, with the files of before', () => {
  for (let n = 0; n < 40; n++) put(`a/${n}/x/tasks.json`, '{}');
  execFileSync('sleep', ['0.1']);
  const before = look({ most: 60 });
  expect(before.complete).toBe(false);
  act('mv a/7/x a/7/.vscode');
  expect(changesBetween(before, look({}, before)).map((one) => one.path)).toEqual([
    'a/7/.vscode/tasks.json',
  ]);
});

it('what a link in the place of such a file leads to in the project is compared', () => {
  put('real/tasks', 'a');
  put('real/vscode/tasks.json', 'a');
  mkdirSync(at('.zed'));
  symlinkSync('../real/tasks', at('.zed/tasks.json'));
  symlinkSync('real/vscode', at('.vscode'));
  expect(Object.keys(look().files)).toEqual(
    expect.arrayContaining(['.zed/tasks.json', 'real/tasks', '.vscode', 'real/vscode/tasks.json']),
  );
});

it('a configuration is read in linear time', () => {
  const { user } = process.cpuUsage();
  put('.git/config', `[core]\n${'\n'.repeat(900_000)}`);
  look();
  expect(process.cpuUsage().user - user).toBeLessThan(3_000_000);
});
