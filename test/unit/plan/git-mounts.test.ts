// The mounts for git, as a table: `source -> target`, read-only ones with `ro`.

import { describe, expect, it } from 'vitest';
import type { GitFacts, ProjectFacts, WorktreeFacts } from '../../../src/plan/facts.ts';
import { planGitMounts } from '../../../src/plan/git-mounts.ts';

function repository(root: string, git: Partial<GitFacts> = {}): ProjectFacts {
  const directory = git.directory ?? `${root}/.git`;
  return {
    directory: root,
    root,
    rootReason: 'git repository',
    name: root.slice(root.lastIndexOf('/') + 1),
    id: 'x-000000000000',
    owner: { uid: 1000, gid: 1000 },
    git: {
      directory,
      commonDirectory: directory,
      mainWorktree: root,
      linked: false,
      relativePointers: false,
      needsNewerGit: false,
      siblings: [],
      ...git,
    },
    warnings: [],
  };
}

function worktree(root: string, common: string, git: Partial<GitFacts> = {}): ProjectFacts {
  const directory = `${common}/worktrees/wt`;
  return repository(root, { directory, commonDirectory: common, linked: true, ...git });
}

const sibling = (id: string, place: string, pointer = `${place}/.git`): WorktreeFacts => ({
  id,
  gitFile: `${place}/.git`,
  pointer,
});

function mounts(project: ProjectFacts, target: string): string[] {
  return planGitMounts(project, target).map(({ source, target, kind, readOnly, role, reason }) => {
    expect(role).toBe('git');
    expect(reason).not.toBe('');
    expect(readOnly).toBe(kind === 'file');
    const arrow = source === target ? source : `${source} -> ${target}`;
    return readOnly ? `${arrow} ro` : arrow;
  });
}

describe('nothing is mounted', () => {
  it('without git', () => {
    const plain = repository('/p/app');
    delete plain.git;
    expect(mounts(plain, '/workspace/app')).toEqual([]);
  });

  it('for a repository that has everything inside', () => {
    expect(mounts(repository('/p/app'), '/workspace/app')).toEqual([]);
    expect(mounts(repository('/p/app', { relativePointers: true }), '/workspace/app')).toEqual([]);
  });

  it('for a worktree inside that is named by a relative path', () => {
    const siblings = [sibling('x', '/p/app/.worktrees/x', '../../../.worktrees/x/.git')];
    expect(mounts(repository('/p/app', { siblings }), '/workspace/app')).toEqual([]);
    expect(mounts(repository('/p/app', { siblings }), '/workspace')).toEqual([]);
  });

  it('that the workspace shows already', () => {
    const siblings = [sibling('x', '/p/app/.worktrees/x')];
    expect(mounts(repository('/p/app', { siblings }), '/p/app')).toEqual([]);
  });
});

describe('a main worktree', () => {
  it('has the .git files of the others at their places', () => {
    const siblings = [sibling('a', '/p/a'), sibling('b', '/q/b')];
    expect(mounts(repository('/p/app', { siblings }), '/workspace/app')).toEqual([
      '/p/a/.git ro',
      '/q/b/.git ro',
    ]);
  });

  it('has them where relative pointers lead', () => {
    const siblings = [sibling('a', '/p/a', '../../../../a/.git')];
    const project = repository('/p/app', { siblings });
    expect(mounts(project, '/workspace/app')).toEqual(['/p/a/.git -> /workspace/a/.git ro']);
    expect(mounts(project, '/workspace')).toEqual(['/p/a/.git -> /a/.git ro']);
  });

  it('stands at its own path too, where a worktree inside names it so', () => {
    const siblings = [sibling('x', '/p/app/.worktrees/x')];
    expect(mounts(repository('/p/app', { siblings }), '/workspace/app')).toEqual(['/p/app']);
  });

  it('has a .git file where an old symlink led to it', () => {
    const siblings = [sibling('a', '/p/real', '/p/link/.git')];
    expect(mounts(repository('/p/app', { siblings }), '/workspace/app')).toEqual([
      '/p/real/.git -> /p/link/.git ro',
    ]);
  });
});

describe('a linked worktree', () => {
  it('has the repository and itself at their own paths', () => {
    expect(mounts(worktree('/p/wt', '/p/app/.git'), '/workspace/wt')).toEqual([
      '/p/app/.git',
      '/p/wt',
    ]);
  });

  it('is not mounted twice at one place', () => {
    expect(mounts(worktree('/p/wt', '/p/app/.git'), '/p/wt')).toEqual(['/p/app/.git']);
  });

  it('has its siblings as files', () => {
    const siblings = [sibling('b', '/p/b')];
    expect(mounts(worktree('/p/wt', '/p/app/.git', { siblings }), '/workspace/wt')).toEqual([
      '/p/app/.git',
      '/p/wt',
      '/p/b/.git ro',
    ]);
  });

  it('with relative pointers has the repository where they lead', () => {
    const project = worktree('/p/wt', '/p/app/.git', { relativePointers: true });
    expect(mounts(project, '/workspace/wt')).toEqual([
      '/p/app/.git',
      '/p/wt',
      '/p/app/.git -> /workspace/app/.git',
    ]);
  });

  it('with relative pointers has itself where they lead back to, where that is elsewhere', () => {
    const project = worktree('/p/wt', '/p/app/.git', { relativePointers: true });
    expect(mounts(project, '/workspace')).toEqual([
      '/p/app/.git',
      '/p/wt',
      '/p/app/.git -> /app/.git',
      '/p/wt -> /wt',
    ]);
  });

  it('with relative pointers has relative siblings at every place', () => {
    const siblings = [sibling('b', '/p/b', '../../../../b/.git'), sibling('c', '/p/c')];
    const project = worktree('/p/wt', '/p/app/.git', { relativePointers: true, siblings });
    expect(mounts(project, '/workspace/wt').slice(3)).toEqual([
      '/p/b/.git ro',
      '/p/b/.git -> /workspace/b/.git ro',
      '/p/c/.git ro',
    ]);
  });

  it('inside its bare repository comes with that', () => {
    const siblings = [sibling('b', '/p/store.git/b')];
    const project = worktree('/p/store.git/wt', '/p/store.git', { siblings });
    expect(mounts(project, '/workspace/wt')).toEqual(['/p/store.git']);
  });
});

describe('a repository elsewhere', () => {
  it('is mounted at its own path for --separate-git-dir', () => {
    expect(mounts(repository('/p/app', { directory: '/q/store' }), '/workspace/app')).toEqual([
      '/q/store',
      '/p/app',
    ]);
  });

  it('is mounted where the relative pointer of a submodule of the home directory leads', () => {
    const project = repository('/h/.vim/leaf', {
      directory: '/h/.git/modules/.vim/leaf',
      relativePointers: true,
    });
    expect(mounts(project, '/workspace/leaf')).toEqual([
      '/h/.git/modules/.vim/leaf',
      '/h/.vim/leaf',
      '/h/.git/modules/.vim/leaf -> /.git/modules/.vim/leaf',
      '/h/.vim/leaf -> /.vim/leaf',
    ]);
  });
});

it('mounts nothing twice, whatever the pointers', () => {
  const siblings = [
    sibling('a', '/p/a'),
    sibling('b', '/p/a'),
    sibling('c', '/p/wt/c'),
    sibling('d', '/p/wt/d', '../../../../wt/d/.git'),
  ];
  const targets = ['/workspace', '/workspace/wt', '/p/wt'].map((target) =>
    planGitMounts(
      worktree('/p/wt', '/p/app/.git', { relativePointers: true, siblings }),
      target,
    ).map((mount) => mount.target),
  );
  for (const list of targets) expect(new Set(list).size).toBe(list.length);
});

it.each(['a b', `it's "q"`, 'a:b', 'a,b', 'new\nline', 'ünï', '-dash', 'b\\s', '$(x)', 'a\tb'])(
  'takes the name %j as it is',
  (name) => {
    const siblings = [sibling('s', `/p/s ${name}`)];
    const project = worktree(`/p/${name}`, `/p/main ${name}/.git`, { siblings });
    expect(mounts(project, `/workspace/${name}`)).toEqual([
      `/p/main ${name}/.git`,
      `/p/${name}`,
      `/p/s ${name}/.git ro`,
    ]);
  },
);
