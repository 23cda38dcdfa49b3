// Changes a file of the state directory that several `ai` may want to change: one at a time.

import { systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { ensureDirectory, unwritable } from '../host/files.ts';
import { acquireLock } from '../host/lock.ts';

/**
 * @param name of the lock, in the state directory
 * @param file what is changed, for people: it may lie elsewhere
 * @throws AiError AI_INTERRUPTED, AI_STATE_UNWRITABLE, and what the work throws
 */
export async function whileLocked<T>(
  stateDirectory: string,
  { name, file }: { name: string; file: string },
  work: () => T | Promise<T>,
): Promise<T> {
  ensureDirectory(stateDirectory);
  const release = await lock(path.join(stateDirectory, name), file);
  try {
    return await work();
  } finally {
    release();
  }
}

async function lock(place: string, file: string): Promise<() => void> {
  try {
    return await acquireLock(place, { before: `${file} was written` });
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw unwritable(file, error);
  }
}
