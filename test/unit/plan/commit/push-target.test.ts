// Where a push goes, and what to do when it is refused.

import { expect, it } from 'vitest';
import {
  nextAfterPush,
  pushTarget,
  type BranchFacts,
} from '../../../../src/plan/commit/push-target.ts';

const facts = (some: Partial<BranchFacts>): BranchFacts => ({
  ...{ branch: 'main', upstream: undefined, remotes: ['origin'], chosen: undefined, urls: {} },
  ...some,
});

it.each([
  ['an upstream: plain git push', { upstream: 'origin/main' }, ['push'], 'origin/main'],
  ['none, and one remote: that one', {}, ['push', '-u', '--', 'origin', 'main'], 'origin/main'],
  [
    'none, and one that is chosen among several',
    { remotes: ['a', 'b'], chosen: 'b' },
    ['push', '-u', '--', 'b', 'main'],
    'b/main',
  ],
])('%s', (_, some, argv, where) => {
  expect(pushTarget(facts(some))).toMatchObject({ kind: 'push', argv, where });
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
])('%s: none, and what to do', (_, some, why, next) => {
  expect(pushTarget(facts(some))).toEqual({ kind: 'none', why, next });
});

it('takes the longest remote that an upstream begins with, and its address', () => {
  const target = pushTarget(
    facts({ remotes: ['team', 'team/fork'], upstream: 'team/fork/x', urls: { 'team/fork': 'U' } }),
  );
  expect(target).toMatchObject({ remote: 'team/fork', url: 'U', isNew: false });
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
