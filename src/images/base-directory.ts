// Where the base image is put together: a temporary directory that names its maker, so that a killed one's can be removed.

import { lstatSync, mkdtempSync, readdirSync } from 'node:fs';
import { path } from '../base/path.ts';

/** Not /tmp: that is often small and in memory. */
export const temporaryParent = '/var/tmp';

const pattern = /^ai-base-(\d+)-/;

export const makeBaseDirectory = (): string =>
  mkdtempSync(path.join(temporaryParent, `ai-base-${process.pid}-`));

/** Directories of this user's whose maker has ended. Only their owner can have named them so: the parent is sticky. */
export function abandonedBaseDirectories(parent = temporaryParent): string[] {
  return readdirSync(parent).flatMap((name) => {
    const pid = pattern.exec(name)?.[1];
    const directory = path.join(parent, name);
    return pid !== undefined && !runs(Number(pid)) && isOurs(directory) ? [directory] : [];
  });
}

function isOurs(directory: string): boolean {
  const entry = lstatSync(directory, { throwIfNoEntry: false });
  return entry?.isDirectory() === true && entry.uid === process.getuid?.();
}

/** Somebody else's process of that number counts as running too. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
