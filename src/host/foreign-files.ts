// Files in a tree that a session writes, or has written: nothing in it is believed. No link is followed, no pipe waited for,
// nothing is read that has a second name elsewhere, and nothing that is larger than what it claims to be.

import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { messageOf, systemCode } from '../base/errors.ts';
import { largestFile } from './files.ts';
import { openDirectory, type OpenDirectory } from './open-directory.ts';
import { removeTree } from './remove-tree.ts';

/** True for trouble of the machine's own, none that a session has put in the way: tried again, what is there can be read. */
export const isPassing = (error: unknown): boolean =>
  ['EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'ESTALE', 'EINTR'].includes(systemCode(error) ?? '');

/** The stamp of a file; undefined for what is no regular file, or cannot be got to without following a link. */
export function stampOf(root: string, name: string): string | undefined {
  try {
    return within(root, name, stampAt);
  } catch (error) {
    // A file, or a link, where a directory should be.
    if (['ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}

function stampAt(file: string): string | undefined {
  const found = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  return found?.isFile() ? stampText(found) : undefined;
}

/**
 * The stamp of a file in a tree of our own, where files are only ever replaced: it stays the same when the file gets another
 * name as its backup, or another mode. Undefined as with stampOf.
 */
export const versionOf = (root: string, name: string): string | undefined =>
  versionIn(stampOf(root, name));

/** The same of a stamp that was taken already. */
export const versionIn = <T extends string | undefined>(stamp: T): T =>
  stamp?.split(':').slice(0, -1).join(':') as T;

/** True if anything at all stands there, or may. */
export function isAnything(root: string, name: string): boolean {
  try {
    const look = (file: string): boolean =>
      lstatSync(file, { throwIfNoEntry: false }) !== undefined;
    return within(root, name, look) === true;
  } catch {
    return true;
  }
}

/** True if a directory stands there, and nothing but directories on the way to it. */
export function isDirectory(root: string, name: string): boolean {
  try {
    return within(root, `${name}/any`, () => true) === true;
  } catch {
    return false;
  }
}

/**
 * The content, with the stamp that goes with it, or why it is not taken.
 * @param hardLinks the file may have other names: in a tree of our own, where backups are such names
 * @throws what the system says, where that passes
 */
export function readForeign(
  root: string,
  name: string,
  { hardLinks = false }: { hardLinks?: boolean } = {},
): { bytes: Buffer; stamp: string; mode: number } | { why: string } {
  try {
    let found = within(root, name, (file) => openAndRead(file, hardLinks));
    // Replaced in the moment between its opening and the look at it: the new one is what counts.
    for (let left = replacements; found === 'replaced' && left > 0; left--)
      found = within(root, name, (file) => openAndRead(file, hardLinks));
    if (found === 'replaced') return { why: 'it is replaced all the time' };
    return found ?? { why: 'it is not there' };
  } catch (error) {
    if (isPassing(error)) throw error;
    return { why: systemCode(error) === 'ELOOP' ? 'it is a link' : messageOf(error) };
  }
}

export interface ReplaceOptions {
  mode: number;
  owner?: { uid: number; gid: number } | undefined;
  /** The file that is replaced must still be this one; `undefined` in it: there must be none. */
  onlyOver?: { stamp: string | undefined };
}

/** How often a file may be replaced while it is looked at. */
const replacements = 10;

function openAndRead(file: string, hardLinks: boolean): ReturnType<typeof readWhole> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const descriptor = openSync(file, flags);
  try {
    return readWhole(descriptor, hardLinks);
  } finally {
    closeSync(descriptor);
  }
}

let writes = 0;

/**
 * Puts a file into such a tree, whole: a temporary file beside it and a rename.
 * @returns false where it was not written: its directory is not there, or the file has changed
 * @throws what the system says
 */
export function replaceForeign(
  root: string,
  name: string,
  bytes: Uint8Array,
  { mode, owner, onlyOver }: ReplaceOptions,
): boolean {
  const written = within(root, name, (file, directory) => {
    const temporary = directory.entry(`.ai-${process.pid}-${++writes}.tmp`);
    try {
      const flags =
        constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
      const descriptor = openSync(temporary, flags, 0o600);
      try {
        if (owner && process.getuid?.() === 0) fchownSync(descriptor, owner.uid, owner.gid);
        for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
        if (mode !== 0o600) fchmodSync(descriptor, mode);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      if (lstatSync(file, { throwIfNoEntry: false })?.isDirectory()) removeTree(file);
      // At the last moment: what was written meanwhile is newer than what this one was made from.
      if (onlyOver && stampAt(file) !== onlyOver.stamp) {
        rmSync(temporary, { force: true });
        return false;
      }
      renameSync(temporary, file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    return true;
  });
  return written === true;
}

/** Takes a file out of such a tree. */
export function removeForeign(root: string, name: string): void {
  within(root, name, (file) => {
    // A session may have put a directory there.
    removeTree(file);
  });
}

/**
 * Does something with the path of an entry whose directories are held open, step by step.
 * @returns undefined where one is missing
 * @throws what the system says: ELOOP or ENOTDIR for a link on the way
 */
export function within<T>(
  root: string,
  name: string,
  use: (file: string, directory: OpenDirectory) => T,
): T | undefined {
  const steps = name.split('/');
  const last = steps.pop() ?? '';
  if ([...steps, last].some((step) => ['', '.', '..'].includes(step)))
    throw new Error(`no name for a file: ${name}`);
  const open: OpenDirectory[] = [];
  try {
    open.push(openDirectory(root));
    for (const step of steps) open.push(openDirectory(open.at(-1)?.entry(step) ?? ''));
    const directory = open.at(-1);
    return directory && use(directory.entry(last), directory);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  } finally {
    for (const directory of open) directory.close();
  }
}

/** Counted while it is read: it may grow meanwhile. */
function readWhole(
  descriptor: number,
  hardLinks: boolean,
): { bytes: Buffer; stamp: string; mode: number } | { why: string } | 'replaced' {
  const found = fstatSync(descriptor, { bigint: true });
  if (!found.isFile()) return { why: 'it is not a regular file' };
  if (found.nlink === 0n) return 'replaced';
  if (found.nlink !== 1n && !hardLinks) return { why: 'it has another name elsewhere' };
  if (found.size > largestFile) return { why: 'it is too large' };
  const bytes = Buffer.alloc(Number(found.size));
  let length = 0;
  while (length < bytes.length) {
    const read = readSync(descriptor, bytes, length, bytes.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return {
    bytes: bytes.subarray(0, length),
    stamp: stampText(found),
    mode: Number(found.mode) & 0o777,
  };
}

export const stampText = (found: {
  ino: bigint;
  size: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
}): string => [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(':');
