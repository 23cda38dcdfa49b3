// What a run gets of GitHub's own program (gh): its login, git's way to ask it, and tokens if the user says so. Pure.

import { isInside } from '../base/paths.ts';
import type { Facts, GitSetting } from './facts.ts';
import { home } from './inside.ts';
import { findValue } from './kept-values.ts';
import type { Mount, Variable } from './run-plan.ts';

/** Where gh looks for its login (gh help environment, GH_CONFIG_DIR). */
const inside = `${home}/.config/gh`;

/** The login as a directory: gh writes beside its files and renames. A mount of the user's own there wins. */
export function planGitHubMounts({
  gitHub,
  mounts,
  state,
}: Pick<Facts, 'gitHub' | 'mounts' | 'state'>): readonly Mount[] {
  const isTaken = mounts.some(({ target }) => isInside(inside, target.replace(/(?<=.)\/+$/, '')));
  // In a home that is read-only it could be given to nobody.
  if (gitHub === undefined || isTaken || state.writable !== state.directory) return [];
  return [
    {
      role: 'state',
      source: gitHub.directory,
      target: inside,
      kind: 'directory',
      readOnly: false,
      reason: 'the login of gh, for remotes over https',
    },
  ];
}

/** Where the image has no gh, git asks nobody and says nothing of it. The empty one takes away what was set before. */
const helper = '!f() { command -v gh >/dev/null && gh auth git-credential "$@"; }; f';

/** As `gh auth setup-git` writes them. */
export function gitHubHelpers(
  facts: Pick<Facts, 'gitHub' | 'host' | 'settings' | 'secrets' | 'state' | 'kept'>,
): readonly GitSetting[] {
  const { gitHub } = facts;
  const hasToken = gitHubVariables(facts).length > 0;
  if (gitHub === undefined && !hasToken) return [];
  const hosts = ['github.com', 'gist.github.com', ...(gitHub?.hosts ?? [])];
  return [...new Set(hosts)].flatMap((host) =>
    ['', helper].map((value) => ({ name: `credential.https://${host}.helper`, value })),
  );
}

/** In the order in which gh asks for them (gh help environment). */
export const gitHubTokenNames = ['GH_TOKEN', 'GITHUB_TOKEN'];

export function gitHubVariables(
  facts: Pick<Facts, 'host' | 'settings' | 'secrets' | 'state' | 'kept'>,
): readonly Variable[] {
  if (!facts.settings['ssh.ghToken']) return [];
  for (const name of gitHubTokenNames) {
    const found = findValue(facts, name);
    if (found === undefined) continue;
    const { value, from, isOfHost } = found;
    const reason = 'setting ssh.ghToken';
    return [{ name, value, secret: true, reason, ...(from && !isOfHost && { from }) }];
  }
  return [];
}
