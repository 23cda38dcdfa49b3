// Where the project stands inside, as a table.

import { describe, expect, it } from 'vitest';
import type { GitFacts, ProjectFacts } from '../../../src/plan/facts.ts';
import { planWorkspace } from '../../../src/plan/workspace.ts';

function project(root: string, below = '', git?: GitFacts): ProjectFacts {
  return {
    directory: below === '' ? root : `${root === '/' ? '' : root}/${below}`,
    root,
    rootReason: 'git repository',
    name: root.slice(root.lastIndexOf('/') + 1),
    id: 'x-000000000000',
    owner: { uid: 1000, gid: 1000 },
    ...(git && { git }),
    warnings: [],
  };
}

const linkedTo = (commonDirectory: string): GitFacts => ({
  directory: `${commonDirectory}/worktrees/wt`,
  commonDirectory,
  mainWorktree: commonDirectory.replace(/\/\.git$/, ''),
  linked: true,
  relativePointers: false,
  needsNewerGit: false,
  siblings: [],
});

function places(facts: ProjectFacts, mode: 'adaptive' | 'same' = 'adaptive'): string[] {
  const { mount, workingDirectory } = planWorkspace(facts, mode);
  expect(mount).toMatchObject({ role: 'project', kind: 'directory', readOnly: false });
  expect(mount.source).toBe(facts.root);
  return [mount.target, workingDirectory.path];
}

describe('adaptive', () => {
  const table: [root: string, below: string, target: string, workingDirectory: string][] = [
    ['/home/u/app', '', '/workspace/app', '/workspace/app'],
    ['/home/u/app', 'src', '/workspace', '/workspace/src'],
    ['/home/u/app', 'packages/one/src', '/workspace', '/workspace/packages/one/src'],
    ['/', '', '/workspace/project', '/workspace/project'],
    ['/', 'srv/x', '/workspace', '/workspace/srv/x'],
    ['/workspace/app', '', '/workspace/app', '/workspace/app'],
    ['/workspace', '', '/workspace/workspace', '/workspace/workspace'],
    ['/workspace', 'src', '/workspace', '/workspace/src'],
  ];
  it.each(table)('%s with %j below it', (root, below, target, workingDirectory) => {
    expect(places(project(root, below))).toEqual([target, workingDirectory]);
  });

  it.each(['a b', `it's "q"`, 'a:b', 'a,b', 'new\nline', 'ünï', '-dash', 'b\\s', '$(x)', 'a\tb'])(
    'keeps the name %j',
    (name) => {
      expect(places(project(`/p/${name}`))).toEqual([`/workspace/${name}`, `/workspace/${name}`]);
      expect(places(project('/p/app', name))).toEqual(['/workspace', `/workspace/${name}`]);
    },
  );

  it('says why', () => {
    const { mount, workingDirectory } = planWorkspace(project('/p/app', 'src'), 'adaptive');
    expect(mount.reason).toBe('git repository; started below its root');
    expect(workingDirectory.reason).toBe('started in src');
  });
});

describe('same', () => {
  it('keeps the paths of the host', () => {
    expect(places(project('/p/app'), 'same')).toEqual(['/p/app', '/p/app']);
    expect(places(project('/p/app', 'src'), 'same')).toEqual(['/p/app', '/p/app/src']);
  });
});

describe('on a host that keeps its projects in /workspace', () => {
  it('a worktree started below its root stays at its own path', () => {
    const facts = project('/workspace/wt', 'src', linkedTo('/workspace/main/.git'));
    expect(places(facts)).toEqual(['/workspace/wt', '/workspace/wt/src']);
    expect(planWorkspace(facts, 'adaptive').mount.reason).toMatch(
      /its git worktrees use \/workspace/,
    );
  });

  it('a worktree started at its root needs no exception', () => {
    const facts = project('/workspace/wt', '', linkedTo('/workspace/main/.git'));
    expect(places(facts)).toEqual(['/workspace/wt', '/workspace/wt']);
  });

  it('a worktree elsewhere, of the name of its repository, stays at its own path', () => {
    const facts = project('/home/u/app', '', linkedTo('/workspace/app'));
    expect(places(facts)).toEqual(['/home/u/app', '/home/u/app']);
  });

  it('a worktree elsewhere, of a bare repository that is /workspace, stays at its own path', () => {
    const facts = project('/home/u/app', '', linkedTo('/workspace'));
    expect(places(facts)).toEqual(['/home/u/app', '/home/u/app']);
  });
});
