// Reads small files of a project with care: whoever wrote it, an assistant perhaps, may have left pipes and devices there.

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { systemPath, textOfBytes } from '../base/byte-names.ts';

/** Bytes that a file may have to be read. A pointer holds one path; nobody writes a manifest of a MiB. */
export const largestPointer = 64 * 1024;
export const largestManifest = 1024 * 1024;

/**
 * The text of a regular file of at most `largest` bytes, or undefined where there is none that can be read. Bytes that are no
 * UTF-8 are kept (byte-names.ts): a name in it may hold some.
 */
export function readProjectFile(named: string, largest = largestPointer): string | undefined {
  try {
    const file = systemPath(named);
    // Opening a device can already do something.
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
    // A pipe has to be opened with a writer at its other end, or so. What was looked at before may be another by now.
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(descriptor);
      return stats.isFile() && stats.size <= largest
        ? textOfBytes(readFileSync(descriptor))
        : undefined;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

/** True if there is anything of that name, a dangling symlink too. */
export function exists(file: string): boolean {
  try {
    return lstatSync(systemPath(file), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** The path with all symlinks resolved, or undefined where it leads nowhere. */
export function realPathOf(file: string): string | undefined {
  try {
    return textOfBytes(realpathSync.native(systemPath(file), 'buffer'));
  } catch {
    return undefined;
  }
}
