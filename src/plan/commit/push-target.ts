// Where a push would go from here, or why it cannot. Pure.

import { quoteForShell } from '../../base/quote.ts';

export interface BranchFacts {
  /** Undefined where HEAD is on no branch. */
  branch: string | undefined;
  /** `origin/main`, where the branch follows one that is there. */
  upstream: string | undefined;
  /** Names of the remotes. */
  remotes: readonly string[];
  /** The one that git's settings name for pushes of this branch. */
  chosen: string | undefined;
  /** The addresses of remotes, as far as they are known. */
  urls: Readonly<Partial<Record<string, string>>>;
}

export type PushTarget =
  /** `argv` stands after `git`; `where` is `origin/main`. */
  | {
      kind: 'push';
      argv: readonly string[];
      where: string;
      remote: string;
      isNew: boolean;
      url?: string;
    }
  | { kind: 'none'; why: string; next: string };

export function pushTarget({ branch, upstream, remotes, chosen, urls }: BranchFacts): PushTarget {
  if (branch === undefined)
    return { kind: 'none', why: 'HEAD is on no branch', next: 'git switch -c NAME' };
  if (upstream !== undefined) {
    // The remote's name may hold slashes as well.
    const remote = remotes.filter((name) => upstream.startsWith(`${name}/`)).sort(longestFirst)[0];
    const url = urls[remote ?? ''];
    return {
      ...{ kind: 'push', argv: ['push'], where: upstream, remote: remote ?? '', isNew: false },
      ...(url !== undefined && { url }),
    };
  }
  const [only] = remotes;
  if (only === undefined)
    return { kind: 'none', why: 'there is no remote', next: 'git remote add origin URL' };
  const remote = chosen !== undefined && remotes.includes(chosen) ? chosen : only;
  if (remotes.length > 1 && remote !== chosen)
    return {
      kind: 'none',
      why: `${branch} has no upstream, and there are ${remotes.length} remotes`,
      next: `git push -u ${quoteForShell(only)} ${quoteForShell(branch)}`,
    };
  const url = urls[remote];
  return {
    // Without the dashes a name could be taken for an option.
    ...{ kind: 'push', argv: ['push', '-u', '--', remote, branch], where: `${remote}/${branch}` },
    ...{ remote, isNew: true, ...(url !== undefined && { url }) },
  };
}

const longestFirst = (one: string, other: string): number => other.length - one.length;

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
