// Lets one `ai` at a time do something: a file that names its holder, published whole by link(2).

import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { systemCode } from '../base/errors.ts';
import { throwIfInterrupted } from '../base/interrupt.ts';
import { ensureDirectory, readTextIfThere } from './files.ts';
import { isAlive, ownIdentity } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** Milliseconds between two looks at a lock that another process holds. */
const pause = 200;

let attempts = 0;

export interface LockOptions {
  /** What there was no time for: completes “interrupted before …”. */
  before: string;
  interrupt?: AbortSignal | undefined;
  /** Called once if there is a holder to wait for. */
  onWait?: () => void;
}

/**
 * Waits until no living process holds the lock, and takes it. What a dead one left behind does not count.
 * @returns gives it up again
 * @throws AiError AI_INTERRUPTED, AI_STATE_UNWRITABLE
 */
export async function acquireLock(
  file: string,
  { before, interrupt, onWait }: LockOptions,
): Promise<() => void> {
  ensureDirectory(path.dirname(file));
  const own = `${file}.${process.pid}.${++attempts}`;
  const content = `${JSON.stringify({ ...ownIdentity(), attempt: attempts })}\n`;
  writeFileSync(own, content, { mode: 0o600 });
  try {
    for (let waited = false; !publish(own, file);) {
      throwIfInterrupted(interrupt, before);
      const seen = readTextIfThere(file);
      if (seen === undefined) continue;
      if (!isHeld(seen)) {
        takeAway(file, seen);
        continue;
      }
      if (!waited) onWait?.();
      waited = true;
      await wait(pause, undefined, interrupt && { signal: interrupt }).catch(() => undefined);
    }
  } finally {
    rmSync(own, { force: true });
  }
  return () => {
    takeAway(file, content);
  };
}

function publish(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function isHeld(content: string): boolean {
  try {
    return isAlive(JSON.parse(content) as ProcessIdentity);
  } catch {
    return false;
  }
}

/** Removes the lock if it is still that one. Between a look and a removal somebody else may have taken it: put it back. */
function takeAway(file: string, content: string): void {
  const aside = `${file}.${process.pid}.${++attempts}`;
  try {
    renameSync(file, aside);
    if (readTextIfThere(aside) !== content) publish(aside, file);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
