// Lets one `ai` at a time make images.

import { acquireLock as acquire, type LockOptions } from '../host/lock.ts';
import { imageReady } from './request.ts';

/**
 * Waits until no living process holds the lock, and takes it.
 * @returns gives it up again
 * @throws AiError AI_INTERRUPTED, AI_STATE_UNWRITABLE
 */
export const acquireLock = (
  file: string,
  options: Omit<LockOptions, 'before'> = {},
): Promise<() => void> => acquire(file, { ...options, before: imageReady });
