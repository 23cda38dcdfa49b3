// Lets one `ai` at a time do something: a file that names its holder, published whole by link(2).

import { linkSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { systemCode } from '../base/errors.ts';
import { throwIfInterrupted } from '../base/interrupt.ts';
import { path } from '../base/path.ts';
import { ensureDirectory, readTextIfThere } from './files.ts';
import { canJudge, isAlive, ownIdentity } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { removeFile } from './remove-file.ts';

/** Milliseconds between two looks at a lock that another process holds, and the most between two of one that waits long. */
const usualPause = 200;

/** Milliseconds between two signs of life of a holder, for those who cannot see its process. */
const heartbeat = 2000;

/** A holder whose process cannot be seen from here is gone when it has given no sign of life for so many milliseconds. */
const silence = 5 * heartbeat;

/** Milliseconds after which what stands beside a lock is nobody's any more. */
const stale = 60_000;

let attempts = 0;

/** Locks of this process that are over and could not be removed: else it would wait for itself. */
const over = new Set<string>();

export interface LockOptions {
  /** What there was no time for: completes “interrupted before …”. */
  before: string;
  interrupt?: AbortSignal | undefined;
  /** Called once if there is a holder to wait for. */
  onWait?: () => void;
  /** Milliseconds before the second look; the more looks, the longer it gets. */
  pause?: number;
}

/**
 * Waits until no living process holds the lock, and takes it. What a dead one left behind does not count: a stopped one, or a
 * clock that is off, does, because holders are known by their process. One in another container or on another machine that
 * shares the file has to be believed while it gives signs of life.
 * @returns gives it up again
 * @throws AiError AI_INTERRUPTED, AI_STATE_UNWRITABLE; what the system says where no file can be made
 */
export async function acquireLock(
  file: string,
  { before, interrupt, onWait, pause = usualPause }: LockOptions,
): Promise<() => void> {
  ensureDirectory(path.dirname(file));
  const own = `${file}.${process.pid}.${++attempts}`;
  const content = `${JSON.stringify({ ...ownIdentity(), attempt: attempts })}\n`;
  const isSilent = silenceOf(file);
  try {
    writeFileSync(own, content, { mode: 0o600 });
    for (let looks = 0; !publish(own, file);) {
      throwIfInterrupted(interrupt, before);
      const seen = readTextIfThere(file);
      if (seen === undefined) continue;
      if (!isHeld(seen, isSilent)) {
        breakLock(file, own, seen);
        continue;
      }
      if (looks === 0) onWait?.();
      const time = pauseBefore(++looks, pause);
      await wait(time, undefined, interrupt && { signal: interrupt }).catch(() => undefined);
    }
  } finally {
    removeIfPossible(own);
  }
  const beat = setInterval(giveSign, heartbeat, file).unref();
  return () => {
    clearInterval(beat);
    over.add(content);
    release(file, content);
    over.delete(content);
  };
}

/**
 * Longer from look to look, and never the same for two: fifty that look every few milliseconds leave no time to the one that holds it.
 * @returns milliseconds
 */
function pauseBefore(look: number, first: number): number {
  const most = Math.max(first, Math.min(first * 16, usualPause));
  return Math.min(first * 2 ** (look - 1), most) * (0.5 + Math.random() / 2);
}

/** `left`: a dead process has it; it is in nobody's way, whoever wants it takes it. `unknown`: of a process that cannot be seen. */
export type LockState = 'free' | 'held' | 'left' | 'unknown';

export function lockState(file: string): LockState {
  const content = readTextIfThere(file);
  if (content === undefined) return 'free';
  if (isHeld(content, () => true)) return 'held';
  return isHeld(content, () => false) ? 'unknown' : 'left';
}

/** Takes away a lock that a dead process has. @returns false where it is not (any more) one */
export function removeLeft(file: string): boolean {
  const content = readTextIfThere(file);
  if (content === undefined || lockState(file) !== 'left') return false;
  const own = `${file}.${process.pid}.${++attempts}`;
  try {
    writeFileSync(own, `${JSON.stringify({ ...ownIdentity(), attempt: attempts })}\n`, {
      mode: 0o600,
    });
    breakLock(file, own, content);
    return readTextIfThere(file) !== content;
  } finally {
    removeIfPossible(own);
  }
}

/** What stays is swept later: see removeStale. */
function removeIfPossible(file: string): void {
  try {
    removeFile(file);
  } catch {
    // A name that says nothing to anybody.
  }
}

/** Removes what processes that were killed have left beside a lock. */
export function removeStale(file: string): void {
  const directory = path.dirname(file);
  const own = `${path.basename(file)}.`;
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(own) || !/^\d+\.\d+$/.test(name.slice(own.length))) continue;
    const place = path.join(directory, name);
    const changed = statSync(place, { throwIfNoEntry: false })?.mtimeMs;
    if (changed === undefined || Date.now() - changed < stale) continue;
    if (!isOfLiving(readTextIfThere(place) ?? '')) removeIfPossible(place);
  }
}

/** One that may still wait for its turn. */
function isOfLiving(content: string): boolean {
  try {
    const writer = JSON.parse(content) as ProcessIdentity;
    return !canJudge(writer) || isAlive(writer);
  } catch {
    return false;
  }
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

function giveSign(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // It has been given up, or taken away.
  }
}

function isHeld(content: string, isSilent: (content: string) => boolean): boolean {
  try {
    const holder = JSON.parse(content) as ProcessIdentity;
    if (!canJudge(holder)) return !isSilent(content);
    return isAlive(holder) && !over.has(content);
  } catch {
    return false;
  }
}

/** Whether a holder has shown no sign for long enough, by this process's own clock alone: two machines' clocks may differ. */
function silenceOf(file: string): (content: string) => boolean {
  let last = { sign: '', since: 0 };
  return (content) => {
    const changed = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    const sign = `${changed ?? ''} ${content}`;
    if (sign !== last.sign) last = { sign, since: performance.now() };
    return performance.now() - last.since > silence;
  };
}

/**
 * Removes the lock of a holder that is gone. One process at a time does, so that none removes what another has just taken:
 * while the old lock is there nobody can take it, and nobody else removes it.
 */
function breakLock(file: string, own: string, content: string): void {
  const guard = `${file}.breaking`;
  if (!publish(own, guard)) {
    const other = readTextIfThere(guard);
    // Whoever was at it has died in the middle.
    if (other !== undefined && !isHeld(other, () => true)) removeFile(guard);
    return;
  }
  try {
    if (readTextIfThere(file) === content) removeFile(file);
  } finally {
    removeFile(guard);
  }
}

/** Gives up the lock, unless another process has taken it for given up. */
function release(file: string, content: string): void {
  if (readTextIfThere(file) === content) removeFile(file);
}
