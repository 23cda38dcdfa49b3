// Where a push would go from here, or why it cannot. Pure.

import { quoteForShell } from '../../base/quote.ts';

export interface BranchFacts {
  /** Undefined where HEAD is on no branch. */
  branch: string | undefined;
  /** What the branch follows: the remote's name and the branch there; `ref` is what is known of it here. */
  upstream: { remote: string; branch: string; ref: string } | undefined;
  /** Names of the remotes. */
  remotes: readonly string[];
  /** The one that git's settings name for pushes of this branch. */
  chosen: string | undefined;
  /** `push.default` (git-config(1)). */
  pushDefault: string | undefined;
}

export interface PushWay {
  kind: 'push';
  /** After `git`: one branch to one place, whatever git's settings say of others. */
  argv: readonly string[];
  /** `origin/main`. */
  where: string;
  remote: string;
  /** What is known here of the branch there, if it is. */
  ref: string;
}

export interface NoPush {
  kind: 'none';
  why: string;
  next: string;
}

/** `urls` is every address that git pushes to; `isNew`: nothing is known of such a branch there. */
export type PushTarget = (PushWay & { isNew: boolean; urls: readonly string[] }) | NoPush;

/** The remote that `git push` takes (git-config(1): branch.NAME.pushRemote, remote.pushDefault, branch.NAME.remote). */
export function pushTarget(facts: BranchFacts): PushWay | NoPush {
  const { branch, upstream, remotes, chosen } = facts;
  if (branch === undefined)
    return { kind: 'none', why: 'HEAD is on no branch', next: 'git switch -c NAME' };
  const [only] = remotes;
  if (only === undefined)
    return { kind: 'none', why: 'there is no remote', next: 'git remote add origin URL' };
  if (chosen !== undefined && !remotes.includes(chosen))
    return {
      kind: 'none',
      why: `git’s settings name ${chosen} for pushes, which is no remote`,
      next: 'git remote -v',
    };
  // A branch may follow one of this repository (`.`), or an address without a name.
  const followed = upstream && remotes.includes(upstream.remote) ? upstream : undefined;
  const remote = chosen ?? followed?.remote;
  if (remote === undefined && remotes.length > 1)
    return {
      kind: 'none',
      why: `${branch} has no upstream, and there are ${remotes.length} remotes`,
      next: `git push -u ${quoteForShell(only)} ${quoteForShell(branch)}`,
    };
  return wayTo(remote ?? only, branch, { ...facts, upstream: followed }, upstream === undefined);
}

function wayTo(
  remote: string,
  branch: string,
  { upstream, pushDefault }: BranchFacts,
  isFirst: boolean,
): PushWay | NoPush {
  const own = upstream?.remote === remote && pushDefault !== 'current' ? upstream : undefined;
  // Nor does git itself, unless it is told to: `git switch -c topic origin/main` follows main.
  if (own && own.branch !== branch && pushDefault !== 'upstream' && pushDefault !== 'tracking')
    return {
      kind: 'none',
      why: `${branch} follows ${remote}/${own.branch}, which has another name`,
      next: `git push -u ${quoteForShell(remote)} ${quoteForShell(branch)}`,
    };
  const there = own?.branch ?? branch;
  // Whole names: `+x` would be taken for a forced push, and `-x` for an option.
  const refs = `refs/heads/${branch}:refs/heads/${there}`;
  return {
    kind: 'push',
    argv: ['push', ...(isFirst ? ['-u'] : []), '--', remote, refs],
    where: `${remote}/${there}`,
    remote,
    ref: own?.ref ?? `refs/remotes/${remote}/${there}`,
  };
}

/** What to do about a push that was refused, by git's own words, which it does not translate (transport.c). */
export function nextAfterPush(output: string): string {
  if (/\((?:non-fast-forward|fetch first)\)/.test(output)) return 'git pull --rebase && git push';
  if (output.includes('Host key verification failed'))
    return 'ssh -T the host once by hand, and check its key; then git push';
  if (output.includes('Permission denied (publickey'))
    return 'ssh-add -l  shows the keys that your agent has; then git push';
  if (/\(pre-receive hook declined\)|protected branch/i.test(output))
    return 'see the lines above: the remote refuses it; push to another branch';
  return 'git push';
}
