// The mounts of `protect: readonly`, as a table: `source -> target`, read-only ones with `ro`.

import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import { printAsDockerRun } from '../../../src/plan/print.ts';
import type { ProtectedPath, ProtectFacts } from '../../../src/plan/protect-facts.ts';
import type { RunPlan } from '../../../src/plan/run-plan.ts';
import { buildFacts, type FactsInput } from '../../support/build-facts.ts';

const root = '/home/ann/app';

const protectedPath = (name: string, more: Partial<ProtectedPath> = {}): ProtectedPath => ({
  path: name.startsWith('/') ? name : `${root}/${name}`,
  kind: name.endsWith('hooks') ? 'directory' : 'file',
  reason: 'git runs it',
  ...more,
});

const factsOf = (
  paths: ProtectedPath[],
  input: FactsInput = {},
  more: Partial<ProtectFacts> = {},
): Facts => ({
  ...buildFacts(input),
  protect: { paths, left: 0, links: [], tracked: [], complete: true, isNews: false, ...more },
});

const lines = (plan: RunPlan): string[] =>
  plan.mounts
    .filter(({ role }) => role === 'protect')
    .map(({ source, target, readOnly }) => `${source} -> ${target}${readOnly ? ' ro' : ''}`);

const ofGit = [
  protectedPath('.git/hooks'),
  protectedPath('.git/config'),
  protectedPath('.git/commondir', { placeholder: { text: '.\n' } }),
];

it('git’s own parts are read-only, and .git stays in its place', () => {
  expect(lines(buildPlan(factsOf(ofGit)))).toEqual([
    `${root}/.git -> /workspace/app/.git`,
    `${root}/.git/hooks -> /workspace/app/.git/hooks ro`,
    `${root}/.git/config -> /workspace/app/.git/config ro`,
    `${root}/.git/commondir -> /workspace/app/.git/commondir ro`,
  ]);
});

it('every directory on the way is kept in its place', () => {
  expect(lines(buildPlan(factsOf([protectedPath('.git/modules/libs/one/config')])))).toEqual([
    `${root}/.git -> /workspace/app/.git`,
    `${root}/.git/modules -> /workspace/app/.git/modules`,
    `${root}/.git/modules/libs -> /workspace/app/.git/modules/libs`,
    `${root}/.git/modules/libs/one -> /workspace/app/.git/modules/libs/one`,
    `${root}/.git/modules/libs/one/config -> /workspace/app/.git/modules/libs/one/config ro`,
  ]);
});

it('what is protected within what is read-only stays so', () => {
  const paths = [protectedPath('tools/hooks'), protectedPath('tools/hooks/x/config')];
  const expected = [
    `${root}/tools -> /workspace/app/tools`,
    `${root}/tools/hooks -> /workspace/app/tools/hooks ro`,
  ];
  expect(lines(buildPlan(factsOf(paths)))).toEqual(expected);
  expect(lines(buildPlan(factsOf(paths.toReversed())))).toEqual(expected);
});

describe('elsewhere', () => {
  const extra = (source: string, target: string, readOnly = false): Facts['mounts'][number] => ({
    ...{ source, target, readOnly, kind: 'directory' as const, gid: 1000 },
  });

  it('the same holds where another mount shows the project', () => {
    const plan = buildPlan(factsOf(ofGit.slice(1, 2), { mounts: [extra('/home/ann', '/all')] }));
    expect(lines(plan)).toEqual([
      '/home/ann/app -> /all/app',
      `${root}/.git -> /all/app/.git`,
      `${root}/.git -> /workspace/app/.git`,
      `${root}/.git/config -> /all/app/.git/config ro`,
      `${root}/.git/config -> /workspace/app/.git/config ro`,
    ]);
  });

  it('a read-only mount needs nothing', () => {
    const mounts = [extra('/home/ann', '/all', true)];
    expect(lines(buildPlan(factsOf(ofGit, { mounts })))).toHaveLength(4);
  });

  it('what another mount lies over is not what is protected', () => {
    const mounts = [extra('/tmp/x', '/workspace/app/.git')];
    expect(lines(buildPlan(factsOf(ofGit, { mounts })))).toEqual([]);
  });

  it('a repository outside of the root is protected where it is mounted', () => {
    const git = {
      ...{ directory: '/home/ann/main/.git/worktrees/app', commonDirectory: '/home/ann/main/.git' },
      ...{ mainWorktree: '/home/ann/main', linked: true, relativePointers: false },
      ...{ needsNewerGit: false, siblings: [] },
    };
    const plan = buildPlan(
      factsOf([protectedPath('/home/ann/main/.git/config')], { project: { git } }),
    );
    expect(lines(plan)).toEqual(['/home/ann/main/.git/config -> /home/ann/main/.git/config ro']);
  });
});

it('what is made for it is planned to be made and removed, and is in no preview', () => {
  const plan = buildPlan(factsOf(ofGit));
  expect(plan.prepare.placeholders).toEqual([
    { path: `${root}/.git/commondir`, kind: 'file', text: '.\n', owner: { uid: 1000, gid: 1000 } },
  ]);
  const { line, leftOut } = printAsDockerRun(plan);
  expect(line).toContain(`source=${root}/.git/config,target=/workspace/app/.git/config,readonly`);
  expect(line).not.toContain('commondir');
  expect(leftOut.join()).toContain('made for the run in .git');
  expect(plan.prepare.create.map(({ path }) => path)).not.toContain(`${root}/.git/commondir`);
});

it('what git cannot do is said once, and what is not protected', () => {
  const notes = (more: Partial<ProtectFacts>): readonly string[] =>
    buildPlan(factsOf(ofGit, {}, more)).notes;
  expect(notes({})).toEqual([]);
  expect(notes({ isNews: true })).toEqual([expect.stringContaining('git push -u')]);
  expect(notes({ left: 2 })).toEqual([expect.stringContaining('2 more repositories')]);
  expect(notes({ complete: false })).toEqual([expect.stringContaining('not all of the project')]);
  expect(notes({ links: ['p/.git'] })).toEqual([expect.stringMatching(/on a link: p\/\.git$/)]);
  expect(notes({ tracked: ['.husky'] })).toEqual([
    'hooks that git tracks stay writable, and what changes of them is said at the end: .husky',
  ]);
});

describe('what is looked at before and after', () => {
  it.each([
    [{}, true],
    [{ protect: 'readonly' as const }, true],
    [{ protect: 'off' as const }, false],
  ])('with %j', (settings, watched) => {
    expect(buildPlan(buildFacts({ settings })).watched).toBe(watched);
  });
});
