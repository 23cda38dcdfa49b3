// The truth of one assistant's state: read with care, replaced whole and never without a backup, by one process at a time.

import { chmodSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { AiError, systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { ensureDirectory, syncDirectory, unwritable, writeFileAtomically } from '../host/files.ts';
import { acquireLock, removeStale } from '../host/lock.ts';
import { isLeftHalfWritten } from '../host/tidy-foreign.ts';
import { backupDirectory, lockFile } from '../plan/places.ts';
import type { Owner, StatePlan } from '../plan/run-plan.ts';
import { keepVersion, timeName } from './backups.ts';

/** Milliseconds. It is held for as long as a few files take. */
const pause = 10;

export interface Truth {
  directory: string;
  backups: string;
  lock: string;
  keep: number;
  /** Whose the files are to be, where that is not who writes them: root works for a user. */
  owner: Owner | undefined;
}

export function truthOf(
  stateDirectory: string,
  { truth, backups, profile, name }: Pick<StatePlan, 'truth' | 'backups' | 'profile' | 'name'>,
): Truth {
  return {
    directory: truth,
    backups: backupDirectory(stateDirectory, { profile, name }),
    lock: lockFile(stateDirectory, { profile, name }),
    keep: backups,
    owner: ownerOf(stateDirectory),
  };
}

/** Does something that nobody else does to this truth meanwhile. @throws AiError AI_STATE_UNWRITABLE, and what `work` throws */
export async function withLock<T>(truth: Truth, work: () => T): Promise<T> {
  const release = await holdLock(truth);
  try {
    return work();
  } finally {
    release();
  }
}

/** Until the returned function is called. @throws AiError AI_STATE_UNWRITABLE */
export async function holdLock({ lock }: Truth): Promise<() => void> {
  try {
    const release = await acquireLock(lock, { before: 'the state was saved', pause });
    return () => {
      try {
        release();
      } catch (error) {
        throw unwritable(lock, error);
      }
    };
  } catch (error) {
    throw systemCode(error) === undefined ? error : unwritable(lock, error);
  }
}

/** Replaces a file, after its version of now was kept. @throws AiError AI_STATE_UNWRITABLE */
export function replaceTruth(
  truth: Truth,
  name: string,
  bytes: string | Uint8Array,
  mode = 0o600,
): void {
  const file = path.join(truth.directory, name);
  makeDirectories(truth, path.dirname(name));
  keep(truth, name);
  writeFileAtomically(file, bytes, { mode: mode & 0o700, owner: truth.owner });
}

/** Takes a file away, after its version of now was kept. @throws AiError AI_STATE_UNWRITABLE */
export function removeTruth(truth: Truth, name: string): void {
  const file = path.join(truth.directory, name);
  keep(truth, name);
  try {
    rmSync(file, { force: true });
    syncDirectory(path.dirname(file));
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** Puts a file aside that cannot be understood, so that nothing replaces it. Returns where it is now. */
export function quarantine({ directory }: Pick<Truth, 'directory'>, name: string): string {
  const file = path.join(directory, name);
  const aside = `${file}.corrupt-${timeName(new Date())}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    throw unwritable(file, error);
  }
  return aside;
}

/** With the lock held: directories for nobody else, without what a crash has left half-written. Files: makePrivate. */
export function repair(truth: Pick<Truth, 'directory' | 'lock'>): void {
  repairDirectory(truth.directory);
  try {
    removeStale(truth.lock);
  } catch {
    // Said where the lock is to be taken.
  }
}

/** Directories 0700, and nothing half-written in them. */
function repairDirectory(directory: string): void {
  const found = lstatSync(directory, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return;
  try {
    if ((found.mode & 0o077) !== 0 && isOurs(found.uid)) chmodSync(directory, 0o700);
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const place = path.join(directory, entry.name);
      if (entry.isDirectory()) repairDirectory(place);
      // By its name first: trees of commands and plugins have thousands of files, and every look at one costs.
      else if (
        entry.name.includes('.tmp') &&
        isLeftHalfWritten(entry.name, lstatSync(place).mtimeMs)
      )
        rmSync(place, { force: true });
    }
  } catch {
    // Read-only, or somebody else's: said where it matters, when something is to be saved.
  }
}

/** A file of the truth that others could read is the user's alone again. */
export function makePrivate(file: string, mode: number): void {
  if ((mode & 0o077) === 0) return;
  try {
    chmodSync(file, mode & 0o700);
  } catch {
    // As above.
  }
}

const isOurs = (uid: number): boolean => [uid, 0].includes(process.getuid?.() ?? uid);

function keep(truth: Truth, name: string): void {
  const file = path.join(truth.directory, name);
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile())
    keepVersion(file, path.join(truth.backups, name), truth.keep);
}

/** Each on the way is a directory of its own: nothing is written through a link. */
function makeDirectories({ directory }: Truth, below: string): void {
  ensureDirectory(directory);
  let place = directory;
  for (const step of below.split('/').filter((part) => part !== '.')) {
    place = path.join(place, step);
    ensureDirectory(place);
    if (!lstatSync(place).isDirectory())
      throw new AiError('AI_STATE_UNWRITABLE', { path: place, cause: 'it is not a directory' });
  }
}

/** Root who works with a user's state leaves the user's files to the user. */
function ownerOf(stateDirectory: string): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const found = lstatSync(stateDirectory, { throwIfNoEntry: false });
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : undefined;
}
