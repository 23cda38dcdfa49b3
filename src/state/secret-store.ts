// The user's secrets as files, one each: kept, replaced and removed. For nobody else to read, and by one process at a time.

import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { path } from '../base/path.ts';
import { syncDirectory, unwritable } from '../host/files.ts';
import { listBackups } from './backup-sets.ts';
import { makePrivate, repair, replaceTruth, truthOf, withLock, type Truth } from './truth.ts';

export interface SecretStore {
  /** The directory that they lie in, absolute. */
  directory: string;
  profile: string;
  /** Of the project whose they are, where they are not everybody's. */
  projectId?: string | undefined;
  /** How many earlier versions of each are kept. */
  backups: number;
}

/** What was there before has its backup. @param texts by name @throws AiError AI_STATE_UNWRITABLE */
export async function keepSecrets(
  stateDirectory: string,
  store: SecretStore,
  texts: ReadonlyMap<string, string>,
): Promise<void> {
  const truth = truthOfStore(stateDirectory, store);
  await withLock(truth, () => {
    putRight(truth);
    // Of a line end like Windows' both signs are taken off again.
    for (const [name, text] of texts)
      replaceTruth(truth, name, `${text}${text.endsWith('\r') ? '\r' : ''}\n`);
  });
}

/**
 * With every earlier version of theirs.
 * @returns the directories of whole backups (`ai auth backup`) that still hold one of them
 * @throws AiError AI_STATE_UNWRITABLE
 */
export async function removeSecrets(
  stateDirectory: string,
  store: SecretStore,
  names: readonly string[],
): Promise<readonly string[]> {
  const truth = truthOfStore(stateDirectory, store);
  await withLock(truth, () => {
    putRight(truth);
    for (const name of names) {
      remove(path.join(truth.directory, name));
      remove(path.join(truth.backups, name));
    }
    // With the lock held nobody writes them any more, however young they are.
    for (const file of namesIn(truth.directory).filter((one) => isUnfinished(one, names)))
      remove(path.join(truth.directory, file));
    syncDirectory(truth.directory);
  });
  const below = path.relative(stateDirectory, store.directory);
  const isOne = (file: string): boolean => names.some((name) => file === `${below}/${name}`);
  return listBackups(stateDirectory)
    .filter(({ files }) => files.some((file) => isOne(file.path)))
    .map(({ directory }) => directory);
}

/** True if there is anything of that name. */
export const hasSecret = ({ directory }: SecretStore, name: string): boolean => {
  try {
    return lstatSync(path.join(directory, name), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
};

/** Nobody else gets in, or reads a file: whoever keeps keys by hand forgets that. */
function putRight(truth: Truth): void {
  repair(truth);
  for (const name of namesIn(truth.directory)) {
    const file = path.join(truth.directory, name);
    const stats = lstatSync(file, { throwIfNoEntry: false });
    if (stats?.isFile()) makePrivate(file, stats.mode);
  }
}

/** What a crash has left of writing one of them (host/files.ts). */
const isUnfinished = (file: string, names: readonly string[]): boolean => {
  const [, name] = /^\.(\w+)\.\d+\.\d+\.tmp$/.exec(file) ?? [];
  return name !== undefined && names.some((one) => one.slice(0, 40) === name);
};

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

const truthOfStore = (
  stateDirectory: string,
  { directory, profile, projectId, backups }: SecretStore,
): Truth =>
  truthOf(stateDirectory, {
    truth: directory,
    ...{ backups, profile },
    name: projectId === undefined ? 'secrets' : `secrets@${projectId}`,
  });

function remove(place: string): void {
  try {
    rmSync(place, { recursive: true, force: true });
  } catch (error) {
    throw unwritable(place, error);
  }
}
