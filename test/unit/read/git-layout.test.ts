// Worktrees, submodules and bare repositories, as real git makes them.

import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GitFacts, ProjectFacts } from '../../../src/plan/facts.ts';
import { readProject } from '../../../src/read/project.ts';

let base: string;
const at = (name: string): string => path.join(base, name);

function git(directory: string, ...words: string[]): string {
  return execFileSync('git', ['-C', at(directory), ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_COUNT: '3',
      GIT_CONFIG_KEY_0: 'user.name',
      GIT_CONFIG_VALUE_0: 'Test',
      GIT_CONFIG_KEY_1: 'user.email',
      GIT_CONFIG_VALUE_1: 'test@example.com',
      GIT_CONFIG_KEY_2: 'protocol.file.allow',
      GIT_CONFIG_VALUE_2: 'always',
    },
  }).trim();
}

function makeRepository(name: string): void {
  mkdirSync(at(name), { recursive: true });
  git(name, 'init', '-q', '-b', 'main');
  git(name, 'commit', '-q', '--allow-empty', '-m', 'first');
}

const read = (directory: string): ProjectFacts =>
  readProject(at(directory), {
    home: at('home'),
    stateDirectory: at('home/state'),
    allowAnyRoot: false,
  });

function gitOf(directory: string): GitFacts {
  const facts = read(directory).git;
  if (facts === undefined) throw new Error(`${directory} is in no repository`);
  return facts;
}

beforeAll(() => {
  base = realpathSync(mkdtempSync(path.join(tmpdir(), 'git-layout-')));
  mkdirSync(at('home'));
});
afterAll(() => {
  rmSync(base, { recursive: true });
});

describe('a plain repository', () => {
  beforeAll(() => {
    makeRepository('plain/main');
    mkdirSync(at('plain/main/src'));
  });

  it('has everything in .git', () => {
    expect(gitOf('plain/main/src')).toEqual({
      directory: at('plain/main/.git'),
      commonDirectory: at('plain/main/.git'),
      mainWorktree: at('plain/main'),
      linked: false,
      relativePointers: false,
      needsNewerGit: false,
      siblings: [],
    });
    expect(read('plain/main').warnings).toEqual([]);
  });

  it('is found from inside .git', () => {
    expect(read('plain/main/.git/hooks').root).toBe(at('plain/main'));
  });

  it('may have its git directory elsewhere, if that points back', () => {
    mkdirSync(at('plain/apart'));
    git('plain/apart', 'init', '-q', '--separate-git-dir', at('plain/store'));
    git('plain/apart', 'config', 'core.worktree', at('plain/apart'));
    expect(read('plain/apart').root).toBe(at('plain/apart'));
    expect(gitOf('plain/apart')).toMatchObject({
      directory: at('plain/store'),
      commonDirectory: at('plain/store'),
      linked: false,
      relativePointers: false,
    });
  });
});

describe('a project that was made to point at something else of the host', () => {
  let project: string;
  let number = 0;
  const write = (name: string, content: string): void => {
    mkdirSync(path.dirname(at(`${project}/${name}`)), { recursive: true });
    writeFileSync(at(`${project}/${name}`), content);
  };

  beforeAll(() => {
    makeRepository('victim/main');
    git('victim/main', 'worktree', 'add', '-q', '../one');
    writeFileSync(at('victim/secret'), 'secret');
  });
  beforeEach(() => {
    project = `tricky/${++number}/app`;
    mkdirSync(at(project), { recursive: true });
  });

  const tricks: [what: string, play: () => void][] = [
    [
      'a .git file',
      () => {
        write('.git', `gitdir: ${at('victim/main/.git')}\n`);
      },
    ],
    [
      'a relative .git file',
      () => {
        write('.git', 'gitdir: ../../../victim/main/.git\n');
      },
    ],
    [
      "another worktree's .git file",
      () => {
        write('.git', `gitdir: ${at('victim/main/.git/worktrees/one')}\n`);
      },
    ],
    [
      'a .git symlink',
      () => {
        symlinkSync(at('victim/main/.git'), at(`${project}/.git`));
      },
    ],
    [
      'a commondir file in .git',
      () => {
        write('.git/HEAD', 'ref: refs/heads/main\n');
        write('.git/commondir', `${at('victim/main/.git')}\n`);
      },
    ],
    [
      'a commondir file beside',
      () => {
        write('.git', 'gitdir: fake/worktrees/x\n');
        write('fake/worktrees/x/HEAD', 'ref: refs/heads/main\n');
        write('fake/worktrees/x/gitdir', at(`${project}/.git`));
        write('fake/worktrees/x/commondir', at('victim/main/.git'));
      },
    ],
  ];
  it.each(tricks)('by %s has no repository to be mounted', (_, play) => {
    play();
    const facts = read(project);
    expect(facts.root).toBe(at(project));
    expect(facts.rootReason).toMatch(/does not point back/);
    expect(facts).not.toHaveProperty('git');
  });

  const entries: [what: string, pointer: () => string][] = [
    ['a secret', () => at('victim/secret')],
    ["another repository's worktree", () => at('victim/one/.git')],
    ["another repository's .git", () => at('victim/main/.git')],
    [
      'a symlink to a secret',
      () => {
        write('link/x', '');
        symlinkSync(at('victim/secret'), at(`${project}/link/.git`));
        return at(`${project}/link/.git`);
      },
    ],
  ];
  it.each(entries)('by a worktree entry for %s has no such sibling', (_, pointer) => {
    git(project, 'init', '-q');
    write('.git/worktrees/evil/gitdir', `${pointer()}\n`);
    expect(gitOf(project).siblings).toEqual([]);
  });

  it('by becoming a submodule of the repository around it stays the root', () => {
    git('victim', 'init', '-q');
    makeRepository('victim/source');
    git('victim', 'submodule', 'add', '-q', at('victim/source'), 'real');
    mkdirSync(at('victim/nested'));
    writeFileSync(at('victim/nested/.git'), 'gitdir: ../.git/modules/real\n');
    expect(read('victim/real').root).toBe(at('victim'));
    expect(read('victim/nested').root).toBe(at('victim/nested'));
  });

  it.each(['.git', 'package.json', 'Cargo.toml'])(
    'does not stop ai with a pipe named %s',
    (name) => {
      execFileSync('mkfifo', [at(`${project}/${name}`)]);
      expect(read(project).root).toBe(at(project));
    },
  );
});

describe('files of git that were made to take long', () => {
  const blanks: [what: string, text: string][] = [
    ['line ends', '\n'.repeat(1024 * 1024)],
    ['fewer line ends', `${'\n'.repeat(65_000)}x`],
    ['blanks', ' '.repeat(1024 * 1024)],
    ['blanks after a key', `relativeWorktrees${' '.repeat(1024 * 1000)}x`],
    ['blanks after a value', `worktree = x${' '.repeat(1024 * 1000)}y`],
  ];
  const names = ['config', 'config.worktree', 'commondir', 'worktrees/x/gitdir'];
  it.each(blanks.flatMap(([what, text]) => names.map((name) => ({ what, text, name }))))(
    'are read at once: $what in $name',
    ({ text, name }) => {
      const project = `slow/${Math.random()}`;
      makeRepository(project);
      mkdirSync(path.dirname(at(`${project}/.git/${name}`)), { recursive: true });
      writeFileSync(at(`${project}/.git/${name}`), text);
      // Elsewhere, so that it has to point back.
      renameSync(at(`${project}/.git`), at(`${project}.store`));
      writeFileSync(at(`${project}/.git`), `gitdir: ${at(`${project}.store`)}\n`);
      // Of the processor: others may have it meanwhile.
      const start = process.cpuUsage();
      expect(read(project).root).toBe(at(project));
      read(`${project}.store`);
      const { user, system } = process.cpuUsage(start);
      expect((user + system) / 1000).toBeLessThan(200);
    },
  );
});

describe('linked worktrees', () => {
  beforeAll(() => {
    makeRepository('linked/main');
    git('linked/main', 'worktree', 'add', '-q', '../one');
    git('linked/main', 'worktree', 'add', '-q', '../two');
    git('linked/main', 'worktree', 'add', '-q', '../gone');
    git('linked/main', 'worktree', 'add', '-q', '.worktrees/inner');
    rmSync(at('linked/gone'), { recursive: true });
    mkdirSync(at('linked/one/src'));
  });

  const sibling = (id: string, place: string) => ({
    id,
    gitFile: at(`${place}/.git`),
    pointer: at(`${place}/.git`),
  });

  it('know their repository, and the other worktrees that exist', () => {
    expect(read('linked/one/src')).toMatchObject({
      root: at('linked/one'),
      rootReason: 'git worktree',
      git: {
        directory: at('linked/main/.git/worktrees/one'),
        commonDirectory: at('linked/main/.git'),
        mainWorktree: at('linked/main'),
        linked: true,
        relativePointers: false,
        needsNewerGit: false,
        siblings: [sibling('inner', 'linked/main/.worktrees/inner'), sibling('two', 'linked/two')],
      },
    });
  });

  it('are known to the main worktree', () => {
    expect(gitOf('linked/main').siblings.map(({ id }) => id)).toEqual(['inner', 'one', 'two']);
  });

  it('share the id of the main worktree, and with it their conversations', () => {
    const names = ['main', 'one', 'two', 'main/.worktrees/inner'];
    const ids = names.map((name) => read(`linked/${name}`).id);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^main-[0-9a-f]{12}$/);
  });

  it('with relative pointers as git 2.48 writes them are said to need it', () => {
    makeRepository('newer');
    git('newer', 'config', 'core.repositoryformatversion', '1');
    writeFileSync(at('newer/.git/config'), '[extensions]\n\trelativeWorktrees = true\n', {
      flag: 'a',
    });
    expect(gitOf('newer').needsNewerGit).toBe(true);
    expect(read('newer').warnings).toEqual([expect.stringContaining('git 2.48')]);
  });

  it('inside the main worktree are roots of their own', () => {
    expect(read('linked/main/.worktrees/inner').root).toBe(at('linked/main/.worktrees/inner'));
  });

  it('may have relative pointers', () => {
    makeRepository('relative/main');
    git('relative/main', 'worktree', 'add', '-q', '../one');
    git('relative/main', 'worktree', 'add', '-q', '../two');
    writeFileSync(at('relative/one/.git'), 'gitdir: ../main/.git/worktrees/one\n');
    writeFileSync(at('relative/main/.git/worktrees/one/gitdir'), '../../../../one/.git\n');
    expect(gitOf('relative/one')).toMatchObject({ linked: true, relativePointers: true });
    expect(gitOf('relative/main').siblings).toEqual([
      { id: 'one', gitFile: at('relative/one/.git'), pointer: '../../../../one/.git' },
      { id: 'two', gitFile: at('relative/two/.git'), pointer: at('relative/two/.git') },
    ]);
  });

  it('are siblings at their real place where the pointer goes through a symlink', () => {
    makeRepository('moved/main');
    git('moved/main', 'worktree', 'add', '-q', '../one');
    renameSync(at('moved/one'), at('moved/real'));
    symlinkSync('real', at('moved/one'));
    expect(gitOf('moved/main').siblings).toEqual([
      { id: 'one', gitFile: at('moved/real/.git'), pointer: at('moved/one/.git') },
    ]);
  });
});

describe('bare repositories', () => {
  beforeAll(() => {
    mkdirSync(at('bare'));
    makeRepository('bare/source');
    git('bare', 'clone', '-q', '--bare', 'source', 'store.git');
    git('bare/store.git', 'worktree', 'add', '-q', '../one');
    git('bare/store.git', 'worktree', 'add', '-q', 'inside');
  });

  it('are roots themselves, and know their worktrees', () => {
    expect(read('bare/store.git/hooks')).toMatchObject({
      root: at('bare/store.git'),
      rootReason: 'bare git repository',
      git: { mainWorktree: at('bare/store.git'), linked: false, siblings: [{}, {}] },
    });
  });

  it('stand in for the main worktree', () => {
    expect(gitOf('bare/one').mainWorktree).toBe(at('bare/store.git'));
    expect(read('bare/one').id.slice(-12)).toBe(read('bare/store.git').id.slice(-12));
  });

  it('may have worktrees inside', () => {
    expect(read('bare/store.git/inside').root).toBe(at('bare/store.git/inside'));
  });

  it('may hide behind a .git file', () => {
    mkdirSync(at('hidden'));
    git('hidden', 'clone', '-q', '--bare', at('bare/source'), '.bare');
    writeFileSync(at('hidden/.git'), 'gitdir: ./.bare\n');
    git('hidden', 'worktree', 'add', '-q', 'one');
    expect(read('hidden')).toMatchObject({
      root: at('hidden'),
      git: { commonDirectory: at('hidden/.bare'), linked: false, relativePointers: true },
    });
    expect(gitOf('hidden/one')).toMatchObject({ linked: true, mainWorktree: at('hidden/.bare') });
  });
});

describe('submodules', () => {
  const oddSubmodule = 'li#b "q"; x\ty';

  beforeAll(() => {
    makeRepository('sub/leaf');
    makeRepository('sub/middle');
    git('sub/middle', 'submodule', 'add', '-q', at('sub/leaf'), 'leaf');
    git('sub/middle', 'commit', '-q', '-m', 'leaf');
    makeRepository('sub/super');
    git('sub/super', 'submodule', 'add', '-q', at('sub/middle'), 'libs/middle');
    git('sub/super', 'submodule', 'add', '-q', at('sub/leaf'), oddSubmodule);
    git('sub/super', 'submodule', 'update', '-q', '--init', '--recursive');
    git('sub/super', 'commit', '-q', '-m', 'middle');
    git('sub/super', 'worktree', 'add', '-q', '../other');
    git('sub/other', 'submodule', 'update', '-q', '--init', '--recursive');
  });

  it.each(['sub/super/libs/middle', 'sub/super/libs/middle/leaf', `sub/super/${oddSubmodule}`])(
    'in %s belong to the outermost superproject',
    (directory) => {
      expect(read(directory)).toMatchObject({
        root: at('sub/super'),
        rootReason: 'git repository that the submodule belongs to',
        git: { directory: at('sub/super/.git') },
      });
    },
  );

  it.each(['sub/other', 'sub/other/libs/middle', 'sub/other/libs/middle/leaf'])(
    'in %s belong to the linked worktree, whose pointers then count as relative',
    (directory) => {
      expect(read(directory)).toMatchObject({
        root: at('sub/other'),
        git: { linked: true, relativePointers: true, commonDirectory: at('sub/super/.git') },
      });
    },
  );

  it('of a dotfiles repository in the home directory are roots of their own', () => {
    makeRepository('home');
    git('home', 'submodule', 'add', '-q', at('sub/leaf'), '.vim/leaf');
    expect(read('home/.vim/leaf')).toMatchObject({
      root: at('home/.vim/leaf'),
      git: { directory: at('home/.git/modules/.vim/leaf'), linked: false, relativePointers: true },
    });
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

describe.each(oddNames)('a repository named %j', (name) => {
  it('is read like any other, with its worktree', () => {
    makeRepository(`odd/${name}/main`);
    git(`odd/${name}/main`, 'worktree', 'add', '-q', at(`odd/${name}/wt ${name}`), '-b', 'wt');
    const worktree = gitOf(`odd/${name}/wt ${name}`);
    expect(worktree.commonDirectory).toBe(at(`odd/${name}/main/.git`));
    expect(gitOf(`odd/${name}/main`).siblings[0]?.gitFile).toBe(at(`odd/${name}/wt ${name}/.git`));
  });
});
