// What the setting `protect: readonly` has found to make read-only, as plain data.

import type { ExecutableFiles } from './executable-files.ts';

/** What of the project’s repositories a run may not change. */
export interface ProtectFacts {
  paths: readonly ProtectedPath[];
  /** Repositories in the project that are too many to be protected as well. */
  left: number;
  /** Not protected, because each is a link: below the root, or absolute. */
  links: readonly string[];
  /** Hooks that git tracks, which change with every checkout: they are reported only. */
  tracked: readonly string[];
  /** False where there was too much to find every repository. */
  complete: boolean;
  /** The user has not been told yet what that means for git inside. */
  isNews: boolean;
  /** The files that this machine runs later, as they were seen on the way: by the directory that was looked at. */
  seen?: Readonly<Record<string, SeenExecutables>>;
}

export interface SeenExecutables extends ExecutableFiles {
  /** When that look was over, in milliseconds since 1970. */
  until: number;
}

export interface ProtectedPath {
  /** On the host, absolute, without symlinks. */
  path: string;
  kind: 'file' | 'directory';
  reason: string;
  /** Of hooks that lie in a worktree, its top: git may track them. */
  inTree?: string;
  /** Made by ai and removed after the last run that needs it: an empty directory, or a file with this text. */
  placeholder?: { text?: string };
}
