// Files written so that a crash leaves the old content or the new, and nothing that others may read.

import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { AiError, messageOf, systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { pathsBetween } from './made-directories.ts';

let writes = 0;

export interface WriteOptions {
  mode: number;
  owner?: { uid: number; gid: number } | undefined;
  /** The mode as it is given: the process's umask takes nothing from it. */
  exactMode?: boolean;
  /** False for what is of no use after a crash of the machine: whole all the same, but not forced to the disk. */
  sync?: boolean;
}

/**
 * Writes a whole file: temporary file beside it, fsync, rename, fsync of the directory.
 * @throws AiError AI_STATE_UNWRITABLE
 */
export function writeFileAtomically(
  file: string,
  data: string | Uint8Array,
  { mode, owner, exactMode = false, sync = true }: WriteOptions,
): void {
  const temporary = path.join(
    path.dirname(file),
    `.${path.basename(file).slice(0, 40)}.${process.pid}.${++writes}.tmp`,
  );
  try {
    const descriptor = openSync(temporary, 'wx', mode);
    try {
      if (owner) fchownSync(descriptor, owner.uid, owner.gid);
      if (exactMode) fchmodSync(descriptor, mode);
      const bytes = typeof data === 'string' ? Buffer.from(data) : data;
      for (let written = 0; written < bytes.length;)
        written += writeSync(descriptor, bytes, written);
      if (sync) fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
    if (sync) syncDirectory(path.dirname(file));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw unwritable(file, error);
  }
}

/**
 * Makes a directory and its parents; those that it makes get `mode`. Root who works in a user's directory leaves them to the user.
 * @returns the outermost one that was missing, if one was
 * @throws AiError AI_STATE_UNWRITABLE
 */
export function ensureDirectory(directory: string, mode = 0o700): string | undefined {
  try {
    const outermost = mkdirSync(directory, { recursive: true, mode });
    if (outermost !== undefined && process.getuid?.() === 0) leaveToOwner(outermost, directory);
    return outermost;
  } catch (error) {
    throw unwritable(directory, error);
  }
}

function leaveToOwner(outermost: string, innermost: string): void {
  const { uid, gid } = lstatSync(path.dirname(outermost));
  if (uid === 0) return;
  for (const directory of pathsBetween(outermost, innermost)) lchownSync(directory, uid, gid);
}

/**
 * The text of a file, or undefined where there is none.
 * @throws AiError AI_FILE_UNREADABLE
 */
export function readTextIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    const facts = { path: file, cause: messageOf(error) };
    throw new AiError('AI_FILE_UNREADABLE', facts, { cause: error });
  }
}

/** Bytes. Settings and logins of assistants have a few MB at most; what is larger was made to be in the way. */
export const largestFile = 32 * 1024 ** 2;

/**
 * The text of a file that others may have put there: undefined for whatever is no regular file, or too large for one of
 * its kind. Links are not followed, so that nobody gets to read through us what they may not, and a pipe does not make us wait.
 */
export function readRegularFile(file: string): string | undefined {
  try {
    return readFit(file);
  } catch {
    return undefined;
  }
}

/**
 * The same where somebody will write what is to stand there instead: what only cannot be read just now is not taken for absent.
 * @throws AiError AI_FILE_UNREADABLE
 */
export function readForReplacing(file: string): string | undefined {
  try {
    return readFit(file);
  } catch (error) {
    // Nothing, or something else than a file, or a file that is not for us.
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EACCES'].includes(systemCode(error) ?? ''))
      return undefined;
    throw new AiError(
      'AI_FILE_UNREADABLE',
      { path: file, cause: messageOf(error) },
      { cause: error },
    );
  }
}

function readFit(file: string): string | undefined {
  const descriptor = openSync(
    file,
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  );
  try {
    const stats = fstatSync(descriptor);
    const isFit = stats.isFile() && stats.size <= largestFile;
    return isFit ? readFileSync(descriptor, 'utf8') : undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** Makes the names in a directory last. @throws what the system says */
export function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** What there is to say where the system does not let us write. */
export const unwritable = (file: string, error: unknown): AiError =>
  new AiError('AI_STATE_UNWRITABLE', { path: file, cause: messageOf(error) }, { cause: error });
