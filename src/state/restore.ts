// `ai auth restore`: logins and settings as they were at the time of a backup. All of them or none.

import { lstatSync, renameSync, rmSync } from 'node:fs';
import { assistants } from '../assistants/registry.ts';
import { isBuiltIn } from '../base/assistant-definition.ts';
import { path } from '../base/path.ts';
import {
  ensureDirectory,
  readTextIfThere,
  syncDirectory,
  unwritable,
  writeFileAtomically,
} from '../host/files.ts';
import { defaultProfile, globalState } from '../plan/places.ts';
import { listBackups, makeBackup, readBackedUp, type BackupSet } from './backup-sets.ts';
import { markLoggedIn } from './logged-out.ts';
import { spreadLogin } from './spread.ts';
import { holdLock, truthOf, type Truth } from './truth.ts';

/** What a restoration that was cut short was about, so that the next `ai` ends it. */
const journalOf = (stateDirectory: string): string =>
  path.join(stateDirectory, 'backups', 'restoring.json');

/**
 * Every file is verified and lies on the disk beside its target before the first is replaced; what there is now is backed up.
 * @throws AiError AI_BACKUP_DAMAGED, AI_STATE_UNWRITABLE; nothing has changed then
 */
export async function restoreBackup(stateDirectory: string, set: BackupSet): Promise<void> {
  makeBackup(stateDirectory, `before the restoration of ${set.name}`);
  await withLocks(truthsOf(stateDirectory, set), (truths) => {
    const staged = stageFiles(stateDirectory, set);
    writeFileAtomically(journalOf(stateDirectory), JSON.stringify({ set: set.name }), {
      mode: 0o600,
    });
    putInPlace(staged);
    for (const { truth, profile, name } of truths) {
      markLoggedIn(truth);
      if (isBuiltIn(name))
        spreadLogin(truth, assistants[name].state, { stateDirectory, profile, name });
    }
    rmSync(journalOf(stateDirectory), { force: true });
  });
}

export const isRestoring = (stateDirectory: string): boolean =>
  lstatSync(journalOf(stateDirectory), { throwIfNoEntry: false }) !== undefined;

/** Ends a restoration that a crash has cut short. @throws what restoreBackup throws */
export async function finishRestoration(stateDirectory: string): Promise<void> {
  const text = readTextIfThere(journalOf(stateDirectory));
  if (text === undefined) return;
  const set = listBackups(stateDirectory).find(({ name }) => text.includes(`"${name}"`));
  if (set) await restoreBackup(stateDirectory, set);
  else rmSync(journalOf(stateDirectory), { force: true });
}

interface Staged {
  temporary: string;
  target: string;
}

function stageFiles(stateDirectory: string, set: BackupSet): readonly Staged[] {
  const staged: Staged[] = [];
  try {
    for (const file of set.files) {
      const target = path.join(stateDirectory, file.path);
      const bytes = readBackedUp(set, file);
      ensureDirectory(path.dirname(target));
      const temporary = path.join(
        path.dirname(target),
        `.${path.basename(target)}.${process.pid}.0.tmp`,
      );
      staged.push({ temporary, target });
      writeFileAtomically(temporary, bytes, { mode: file.mode });
    }
    return staged;
  } catch (error) {
    for (const { temporary } of staged) rmSync(temporary, { force: true });
    throw error;
  }
}

function putInPlace(staged: readonly Staged[]): void {
  for (const { temporary, target } of staged)
    try {
      renameSync(temporary, target);
    } catch (error) {
      throw unwritable(target, error);
    }
  for (const directory of new Set(staged.map(({ target }) => path.dirname(target))))
    syncDirectory(directory);
}

interface NamedTruth {
  truth: Truth;
  profile: string;
  name: string;
}

/** In one order, so that no two restorations wait for each other. */
function truthsOf(stateDirectory: string, { files }: BackupSet): readonly NamedTruth[] {
  const names = new Map<string, { profile: string; name: string }>();
  for (const { path: file } of files) {
    const steps = file.split('/');
    const [profile, rest] =
      steps[0] === 'profiles' ? [steps[1] ?? '', steps.slice(3)] : [defaultProfile, steps.slice(1)];
    const [name = ''] = rest;
    if (rest.length > 1 && steps.includes('global_state'))
      names.set(`${profile}/${name}`, { profile, name });
  }
  return [...names.values()]
    .sort((a, b) => (`${a.profile}/${a.name}` < `${b.profile}/${b.name}` ? -1 : 1))
    .map(({ profile, name }) => {
      const truth = path.join(globalState(stateDirectory, profile), name);
      return {
        profile,
        name,
        truth: truthOf(stateDirectory, { truth, backups: 1, profile, name }),
      };
    });
}

async function withLocks(
  truths: readonly NamedTruth[],
  work: (truths: readonly NamedTruth[]) => void,
  held: readonly NamedTruth[] = [],
): Promise<void> {
  const [first, ...rest] = truths;
  if (first === undefined) {
    work(held);
    return;
  }
  const release = await holdLock(first.truth);
  try {
    await withLocks(rest, work, [...held, first]);
  } finally {
    release();
  }
}
