// A copy of all logins and settings at one moment, each file with its hash: made by `ai auth backup`, and before a migration.

import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { AiError } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { readForeign } from '../host/foreign-files.ts';
import { listForeign } from '../host/foreign-tree.ts';
import {
  ensureDirectory,
  readTextIfThere,
  syncDirectory,
  unwritable,
  writeFileAtomically,
} from '../host/files.ts';
import { removeTree } from '../host/remove-tree.ts';
import { timeName } from './backups.ts';

export interface BackupSet {
  /** Its time, by which it is named. */
  name: string;
  directory: string;
  reason: string;
  files: readonly BackedUp[];
}

export interface BackedUp {
  /** Below the state directory. */
  path: string;
  sha256: string;
  mode: number;
  size: number;
}

/** Below the state directory: what cannot be had again. Conversations are not logins, and may be large. */
const roots = ['global_state', 'profiles', 'gh_config'];
const single = ['config.yaml', 'env'];

/**
 * @param more further files, relative to the state directory
 * @returns undefined where there is nothing to back up
 * @throws AiError AI_STATE_UNWRITABLE
 */
export function makeBackup(
  stateDirectory: string,
  reason: string,
  more: readonly string[] = [],
): BackupSet | undefined {
  const paths = [...new Set([...whatIsThere(stateDirectory), ...more])];
  if (paths.length === 0) return undefined;
  const name = timeName(new Date());
  const directory = path.join(setsDirectory(stateDirectory), name);
  const fresh = `${directory}.${process.pid}.tmp`;
  try {
    const files = paths.flatMap((file) => copyFile(stateDirectory, file, fresh));
    const manifest = { version: 1, reason, files };
    writeFileAtomically(path.join(fresh, 'manifest.json'), JSON.stringify(manifest, null, 2), {
      mode: 0o600,
    });
    renameSync(fresh, directory);
    syncDirectory(setsDirectory(stateDirectory));
    return { name, directory, reason, files };
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (error instanceof AiError) throw error;
    throw unwritable(directory, error);
  }
}

/** Newest first. */
export function listBackups(stateDirectory: string): readonly BackupSet[] {
  const directory = setsDirectory(stateDirectory);
  return namesIn(directory)
    .sort()
    .reverse()
    .flatMap((name) => readBackup(path.join(directory, name)) ?? []);
}

/** Those that are too many, oldest first. */
export function pruneBackups(stateDirectory: string, keep: number): void {
  for (const { directory } of listBackups(stateDirectory).slice(keep)) removeTree(directory);
}

/** The content of one file, as it was. @throws AiError AI_BACKUP_DAMAGED */
export function readBackedUp({ directory }: BackupSet, { path: file, sha256 }: BackedUp): Buffer {
  const found = readForeign(path.join(directory, 'files'), file);
  const why = 'why' in found ? found.why : undefined;
  if ('bytes' in found && hashOf(found.bytes) === sha256) return found.bytes;
  throw new AiError('AI_BACKUP_DAMAGED', {
    path: path.join(directory, 'files', file),
    cause: why ?? 'it is not what was backed up',
  });
}

/** Bytes of backups that are read to see whether they are whole. */
const mostRead = 64 * 1024 ** 2;

/** The directories of those that cannot be restored: the newest first, as far as there is time to read them. */
export function damagedBackups(stateDirectory: string): readonly string[] {
  const sets = setsDirectory(stateDirectory);
  let read = 0;
  const isDamagedIn =
    (set: BackupSet) =>
    (file: BackedUp): boolean => {
      if (!Number.isSafeInteger(file.size) || file.size < 0) return true;
      read += file.size;
      return read <= mostRead && !isWhole(set, file);
    };
  return namesIn(sets)
    .filter((name) => !name.endsWith('.tmp'))
    .sort()
    .reverse()
    .map((name) => path.join(sets, name))
    .filter((directory) => {
      const set = readBackup(directory);
      return set === undefined || !isList(set.files) || set.files.some(isDamagedIn(set));
    });
}

/** Whoever has damaged a manifest may have written anything there. */
const isList = (files: unknown): boolean =>
  Array.isArray(files) && files.every((file) => typeof file === 'object' && file !== null);

function isWhole(set: BackupSet, file: BackedUp): boolean {
  try {
    return readBackedUp(set, file).length >= 0;
  } catch {
    return false;
  }
}

const setsDirectory = (stateDirectory: string): string =>
  path.join(stateDirectory, 'backups', 'sets');

function whatIsThere(stateDirectory: string): readonly string[] {
  const all = { file: isWorthIt, directory: (name: string) => !isOfConversations.test(name) };
  return [
    ...roots.flatMap((root) =>
      listForeign(path.join(stateDirectory, root), all).files.map(({ name }) => `${root}/${name}`),
    ),
    ...single.filter((name) =>
      statSync(path.join(stateDirectory, name), { throwIfNoEntry: false })?.isFile(),
    ),
  ];
}

/** In the homes that the shell functions kept. */
const isOfConversations =
  /(^|\/)(claude|glm)_config\/(projects|file-history|shell-snapshots|todos|statsig|debug)$/;

/** Half-written files are of no use. */
const isWorthIt = (name: string): boolean => !name.endsWith('.tmp');

function copyFile(stateDirectory: string, file: string, target: string): readonly BackedUp[] {
  const place = path.join(stateDirectory, file);
  // Read through: people keep their settings elsewhere and link to them. Backups of single files are second names.
  const text = single.includes(file) ? readTextIfThere(place) : undefined;
  const bytes = text === undefined ? readAll(stateDirectory, file) : Buffer.from(text);
  if (bytes === undefined) return [];
  const mode = lstatSync(place).mode & 0o700 || 0o600;
  const copy = path.join(target, 'files', file);
  ensureDirectory(path.dirname(copy));
  writeFileAtomically(copy, bytes, { mode });
  return [{ path: file, sha256: hashOf(bytes), mode, size: bytes.length }];
}

function readAll(root: string, file: string): Buffer | undefined {
  const found = readForeign(root, file, { hardLinks: true });
  return 'why' in found ? undefined : found.bytes;
}

function readBackup(directory: string): BackupSet | undefined {
  try {
    const manifest = JSON.parse(
      readTextIfThere(path.join(directory, 'manifest.json')) ?? '',
    ) as Pick<BackupSet, 'reason' | 'files'>;
    return { ...manifest, name: path.basename(directory), directory };
  } catch {
    return undefined;
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
