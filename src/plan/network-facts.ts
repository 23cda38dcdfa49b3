// Hosts that a project and its user's own settings name, for runs that reach named hosts only.

import type { HostEntry } from '../base/host-name.ts';

export interface NetworkFacts {
  /** Hosts of the project's remotes over https that were there before its last run, and those that are new since. */
  gitHosts: readonly NamedHost[];
  freshGitHosts: readonly NamedHost[];
  /** Of the user's own settings for package managers; only looked at where it matters. */
  registries: readonly NamedHost[];
  /** Package managers that did not say in time which they use. */
  silent?: readonly string[];
}

export interface NamedHost extends HostEntry {
  /** What names it: `remote.origin.url`, `npm’s registry`. */
  origin: string;
}
