// Reads small files of a project with care: whoever wrote it, an assistant perhaps, may have left pipes and devices there.

import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';

/** Bytes that a file may have to be read. A pointer holds one path; nobody writes a manifest of a MiB. */
export const largestPointer = 64 * 1024;
export const largestManifest = 1024 * 1024;

/** The text of a regular file of at most `largest` bytes, or undefined where there is none that can be read. */
export function readProjectFile(file: string, largest = largestPointer): string | undefined {
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    return stats?.isFile() && stats.size <= largest ? readFileSync(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** True if there is anything of that name, a dangling symlink too. */
export function exists(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** The path with all symlinks resolved, or undefined where it leads nowhere. */
export function realPathOf(file: string): string | undefined {
  try {
    return realpathSync.native(file);
  } catch {
    return undefined;
  }
}
