// A directory held open, so that what is done below it happens there, wherever its name leads by then. For whoever has to
// write in trees that somebody else may change at the same moment: a name that was checked may be a symlink when it is used.

import { closeSync, constants, fchmodSync, fchownSync, openSync } from 'node:fs';
import { path } from '../base/path.ts';

export interface OpenDirectory {
  /** A path for the entry `name` of exactly this directory. */
  entry(name: string): string;
  /** A path for this directory itself. */
  readonly self: string;
  chown(uid: number, gid: number): void;
  chmod(mode: number): void;
  close(): void;
}

/** Opens a directory; a symlink in its place is an error (ELOOP or ENOTDIR). */
export function openDirectory(directory: string): OpenDirectory {
  const descriptor = openSync(
    directory,
    constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
  );
  // proc(5): what /proc/self/fd/N leads to is the open directory itself. Without /proc its name has to do.
  const self = process.platform === 'linux' ? `/proc/self/fd/${descriptor}` : directory;
  return {
    entry: (name) => path.join(self, name),
    self,
    chown: (uid, gid) => {
      fchownSync(descriptor, uid, gid);
    },
    chmod: (mode) => {
      fchmodSync(descriptor, mode);
    },
    close: () => {
      closeSync(descriptor);
    },
  };
}
