// Takes over what the shell functions of before have kept: the first time by itself, later by `ai auth migrate`.

import { lstatSync } from 'node:fs';
import { isAiError } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { readTextIfThere, writeFileAtomically } from '../host/files.ts';
import { defaultProfile } from '../plan/places.ts';
import { parseEnvFile } from '../read/env-file.ts';
import { schema } from '../settings/schema.ts';
import { makeBackup } from '../state/backup-sets.ts';
import { findOfFunctions, type FoundFile } from '../state/found-files.ts';
import { finishRestoration } from '../state/restore.ts';
import { takeKeys } from '../state/take-keys.ts';
import { takeOver, type Taken } from '../state/take-over.ts';
import type { World } from './world.ts';

const markOf = (stateDirectory: string): string => path.join(stateDirectory, 'migrated.json');

/** Once: a mark says that it was done. What cannot be done, such as in a read-only home, is said and stops nobody. */
export async function migrateFirst(world: World): Promise<void> {
  const { stateDirectory, emit } = world;
  try {
    await finishRestoration(stateDirectory);
    if (lstatSync(markOf(stateDirectory), { throwIfNoEntry: false })) return;
    const files = findOfFunctions(stateDirectory);
    const keys = keysOfFunctions(stateDirectory);
    if (files.length === 0 && Object.keys(keys).length === 0) return;
    const { taken, backup } = await migrate(world, files, { dryRun: false });
    writeFileAtomically(
      markOf(stateDirectory),
      JSON.stringify({
        version: 1,
        time: new Date().toISOString(),
        files: taken.map(({ file }) => file),
      }),
      { mode: 0o600 },
    );
    const who = [
      ...new Set(taken.filter(({ what }) => what === 'taken').map(({ assistant }) => assistant)),
    ];
    if (who.length > 0)
      emit({
        type: 'note',
        text: `took over the logins and settings of ${who.join(', ')} from your shell functions, which keep working; backup: ${backup ?? 'none'}`,
      });
  } catch (error) {
    if (!isAiError(error, 'AI_STATE_UNWRITABLE') && !isAiError(error, 'AI_BACKUP_DAMAGED'))
      throw error;
    const { path: file, cause } = error.facts;
    emit({
      type: 'warning',
      text: `the logins of your shell functions are not taken over: ${file}: ${cause}`,
    });
  }
}

export interface Migration {
  taken: readonly Taken[];
  /** The directory of the backup that was made first. */
  backup: string | undefined;
}

/** @throws AiError AI_STATE_UNWRITABLE */
export async function migrate(
  { stateDirectory }: World,
  files: readonly FoundFile[],
  { dryRun }: { dryRun: boolean },
): Promise<Migration> {
  const ofState = files
    .map(({ file }) => path.relative(stateDirectory, file))
    .filter((file) => !file.startsWith('..'));
  const backup = dryRun
    ? undefined
    : makeBackup(stateDirectory, 'before the migration', ofState)?.directory;
  const taken = await takeOver(files, {
    stateDirectory,
    profile: defaultProfile,
    backups: schema.backups.default,
    now: Date.now(),
    dryRun,
    mirror: true,
  });
  if (!dryRun) takeKeys(stateDirectory, keysOfFunctions(stateDirectory));
  return { taken, backup };
}

/** Claude's variables of before: `global_state/claude.env`. */
const keysOfFunctions = (stateDirectory: string): Readonly<Record<string, string>> =>
  parseEnvFile(readTextIfThere(path.join(stateDirectory, 'global_state', 'claude.env')) ?? '')
    .values;
