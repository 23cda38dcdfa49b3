// The user's secrets as files, one each: kept, replaced and removed. For nobody else to read, and by one process at a time.

import { lstatSync, rmSync } from 'node:fs';
import path from 'node:path';
import { syncDirectory, unwritable } from '../host/files.ts';
import { listBackups } from './backup-sets.ts';
import { replaceTruth, truthOf, withLock, type Truth } from './truth.ts';

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
    for (const [name, text] of texts) replaceTruth(truth, name, `${text}\n`);
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
    for (const name of names) {
      remove(path.join(truth.directory, name));
      remove(path.join(truth.backups, name));
    }
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
