// Keeps a directory that sessions share tidy: nothing half-written in it, and nothing for others to read.

import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { openDirectory } from './open-directory.ts';

/** Half-written files of such a directory go, because they hold secrets, and no file in it is for others. */
export function tidyForeign(directory: string): void {
  try {
    const open = openDirectory(directory);
    try {
      for (const { name } of readdirSync(open.self, { withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      ))
        tidyFile(open.entry(name), name);
    } finally {
      open.close();
    }
  } catch {
    // Not there, or not ours: the next run tries again.
  }
}

/** By its descriptor: a name may lead elsewhere by the time that it is used. */
function tidyFile(file: string, name: string): void {
  const { mode, mtimeMs } = lstatSync(file);
  if (isLeftHalfWritten(name, mtimeMs)) {
    rmSync(file, { force: true });
    return;
  }
  if ((mode & 0o077) === 0) return;
  const descriptor = openSync(
    file,
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  );
  try {
    const found = fstatSync(descriptor);
    if (found.isFile() && found.nlink === 1) fchmodSync(descriptor, found.mode & 0o700);
  } finally {
    closeSync(descriptor);
  }
}

/** Of ours and of the assistants; a live writer has its own for milliseconds. */
export const isLeftHalfWritten = (name: string, changed: number): boolean =>
  /^\..+\.tmp(\.[0-9a-f]+)?$/.test(name) && Date.now() - changed > 60_000;
