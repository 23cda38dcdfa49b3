// Removes a directory with whatever a session has left in it: read-only directories too, as Go's module cache makes them.

import { chmodSync, lstatSync, readdirSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { openDirectory } from './open-directory.ts';

/** @throws what the system says, if something in it belongs to somebody else */
export function removeTree(directory: string): void {
  if (isRemovedAtOnce(directory)) return;
  try {
    remove(directory);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes(systemCode(error) ?? '')) throw error;
    makeWritable(directory);
    remove(directory);
  }
}

/** rmSync asks the system three things about each entry, which the end of every run would wait for. False for whatever is not as usual. */
function isRemovedAtOnce(directory: string): boolean {
  try {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const place = path.join(directory, entry.name);
      if (!entry.isDirectory()) unlinkSync(place);
      else if (!isRemovedAtOnce(place)) return false;
    }
    rmdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

function remove(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/** Links are not followed; what is not ours stays as it is, and the removal says so. */
function makeWritable(directory: string): void {
  try {
    // One that may not be read cannot be opened either. What lists it has seen that it is a directory.
    if (lstatSync(directory).isDirectory()) chmodSync(directory, 0o700);
    const open = openDirectory(directory);
    try {
      for (const entry of readdirSync(open.self, { withFileTypes: true }))
        if (entry.isDirectory()) makeWritable(open.entry(entry.name));
    } finally {
      open.close();
    }
  } catch {
    // Unreadable even to its owner, or somebody else's.
  }
}
