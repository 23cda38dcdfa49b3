// Changes the file in which a user's shell finds what to do first: whole or not at all, after a copy, and as whose it was.

import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { AiError, messageOf, systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { ensureDirectory, unwritable, writeFileAtomically } from '../host/files.ts';
import { targetOf } from '../host/linked-file.ts';
import { timeName, versionsIn } from './backups.ts';

/** How many copies of each such file are kept. */
const copies = 5;

/** What may have bytes that are no UTF-8 is taken as one character a byte. */
const bytes = 'latin1';

/** The text, one character for each byte; undefined where there is no file. @throws AiError AI_FILE_UNREADABLE */
export const readRcFile = (file: string): string | undefined => readWhole(file)?.text;

/**
 * Replaces the text, or removes the file where there is to be none. A link stays one, what it leads to is written.
 * @param change of the text as it is at this moment
 * @returns true if it was changed
 * @throws AiError AI_FILE_UNREADABLE, AI_STATE_UNWRITABLE
 */
export function changeRcFile(
  stateDirectory: string,
  file: string,
  change: (text: string | undefined) => string | undefined,
): boolean {
  const target = targetOf(file);
  const found = readWhole(target);
  const next = change(found?.text);
  if (next === found?.text) return false;
  if (found) keepCopy(stateDirectory, file, found.text);
  try {
    if (next === undefined) rmSync(target);
    else write(target, Buffer.from(next, bytes), found?.stats);
    return true;
  } catch (error) {
    throw error instanceof AiError ? error : unwritable(target, error);
  }
}

/** A line in the form that texts of such files have here. */
export const asRcText = (line: string): string => Buffer.from(line).toString(bytes);

function write(target: string, data: Buffer, before: Stats | undefined): void {
  // Another name of it is to stay one: somebody keeps a second one elsewhere.
  if (before && before.nlink > 1) {
    writeFileSync(target, data);
    return;
  }
  if (before === undefined) ensureDirectory(path.dirname(target), 0o755);
  const mode = before ? before.mode & 0o7777 : 0o644;
  writeFileAtomically(target, data, {
    mode,
    exactMode: before !== undefined,
    owner: ownerOf(before),
  });
}

/** Only what we may give away: root everything, others a file to a group of theirs. */
function ownerOf(before: Stats | undefined): { uid: number; gid: number } | undefined {
  if (before === undefined) return undefined;
  const mine = before.uid === process.getuid?.();
  const groups = process.getgroups?.() ?? [];
  const { uid, gid } = before;
  return process.getuid?.() === 0 || (mine && groups.includes(gid)) ? { uid, gid } : undefined;
}

function keepCopy(stateDirectory: string, file: string, text: string): void {
  const directory = path.join(stateDirectory, 'shell', 'backups', path.basename(file));
  ensureDirectory(directory);
  writeFileAtomically(path.join(directory, timeName(new Date())), Buffer.from(text, bytes), {
    mode: 0o600,
  });
  for (const name of versionsIn(directory).slice(0, -copies))
    rmSync(path.join(directory, name), { force: true });
}

function readWhole(file: string): { text: string; stats: Stats } | undefined {
  try {
    // A pipe does not make us wait.
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(descriptor);
      if (!stats.isFile()) throw new Error('it is no regular file');
      return { text: readFileSync(descriptor, bytes), stats };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new AiError(
      'AI_FILE_UNREADABLE',
      { path: file, cause: messageOf(error) },
      { cause: error },
    );
  }
}
