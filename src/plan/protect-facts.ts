// What the setting `protect: readonly` has found to make read-only, as plain data.

/** What of the project’s repositories a run may not change. */
export interface ProtectFacts {
  paths: readonly ProtectedPath[];
  /** Repositories in the project that are too many to be protected as well. */
  left: number;
  /** The user has not been told yet what that means for git inside. */
  isNews: boolean;
}

export interface ProtectedPath {
  /** On the host, absolute, without symlinks. */
  path: string;
  kind: 'file' | 'directory';
  reason: string;
  /** Made by ai and removed after the last run that needs it: an empty directory, or a file with this text. */
  placeholder?: { text?: string };
}
