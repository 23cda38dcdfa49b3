// Where a push goes, and what to do when it is refused.

import { expect, it } from 'vitest';
import {
  nextAfterPush,
  pushTarget,
  type BranchFacts,
} from '../../../../src/plan/commit/push-target.ts';

const facts = (some: Partial<BranchFacts>): BranchFacts => ({
  ...{ branch: 'main', upstream: undefined, remotes: ['origin'], chosen: undefined },
  ...{ pushDefault: undefined, ...some },
});

const followed = (branch: string, remote = 'origin'): BranchFacts['upstream'] => ({
  ...{ remote, branch, ref: `refs/remotes/${remote}/${branch}` },
});

it.each<[string, Partial<BranchFacts>, string, string[]]>([
  ['an upstream', { upstream: followed('main') }, 'origin/main', []],
  ['none, and one remote: that one', {}, 'origin/main', ['-u']],
  ['none, and one of several is chosen', { remotes: ['a', 'b'], chosen: 'b' }, 'b/main', ['-u']],
  [
    'an upstream, and another remote is chosen',
    { remotes: ['origin', 'fork'], upstream: followed('main'), chosen: 'fork' },
    ...['fork/main', []],
  ],
  ['matching', { upstream: followed('main'), pushDefault: 'matching' }, 'origin/main', []],
  ['a branch of this repository is followed', { upstream: followed('x', '.') }, 'origin/main', []],
  ['current', { upstream: followed('x'), pushDefault: 'current' }, 'origin/main', []],
] as never)('one branch to one place: %s', (_, some, where, options) => {
  const [remote = ''] = where.split('/');
  expect(pushTarget(facts(some))).toEqual({
    kind: 'push',
    argv: ['push', ...options, '--', remote, 'refs/heads/main:refs/heads/main'],
    ...{ where, remote, ref: `refs/remotes/${where}` },
  });
});

it('takes the upstream’s name where push.default says so, and no name for an option or a forced push', () => {
  const some = { branch: '+topic', upstream: followed('main'), pushDefault: 'upstream' };
  expect(pushTarget(facts(some))).toMatchObject({
    argv: ['push', '--', 'origin', 'refs/heads/+topic:refs/heads/main'],
    where: 'origin/main',
  });
});

it.each([
  ['no branch', { branch: undefined }, 'HEAD is on no branch', 'git switch -c NAME'],
  ['no remote', { remotes: [] }, 'there is no remote', 'git remote add origin URL'],
  [
    'several remotes',
    { remotes: ['a', 'b'] },
    'main has no upstream, and there are 2 remotes',
    'git push -u a main',
  ],
  [
    'an upstream of another name',
    { branch: 'topic', upstream: followed('main') },
    'topic follows origin/main, which has another name',
    'git push -u origin topic',
  ],
  [
    'a chosen one that is none',
    { chosen: '/tmp/x' },
    'git’s settings name /tmp/x for pushes, which is no remote',
    'git remote -v',
  ],
])('%s: none, and what to do', (_, some, why, next) => {
  expect(pushTarget(facts(some))).toEqual({ kind: 'none', why, next });
});

it.each([
  [' ! [rejected]        main -> main (non-fast-forward)', 'git pull --rebase && git push'],
  [' ! [rejected]        main -> main (fetch first)', 'git pull --rebase && git push'],
  ['git@host: Permission denied (publickey).', 'ssh-add -l'],
  ['Host key verification failed.', 'ssh'],
  [' ! [remote rejected] main -> main (pre-receive hook declined)', 'push to another branch'],
  ['something else', 'git push'],
])('%s', (output, next) => {
  expect(nextAfterPush(output)).toContain(next);
});
