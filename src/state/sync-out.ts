// After a run: what the session has changed of logins, settings and memory becomes the truth, and nothing else does.

import { AiError, messageOf } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { isAnything, isDirectory, versionOf } from '../host/foreign-files.ts';
import { listForeign, type Refusal } from '../host/foreign-tree.ts';
import { isDocument, ruleOf } from './documents.ts';
import { readHanded, type Handed } from './handed.ts';
import { reconcile, type Outcome } from './reconcile.ts';
import { isCovered, placeOf, wantedIn, type RunState } from './run-state.ts';
import { takeFile, type Change } from './take-file.ts';
import { removeTruth, withLock } from './truth.ts';

export interface SyncOut {
  outcomes: readonly (Outcome | Change)[];
}

export interface SyncOutInput {
  runId: string;
  now: number;
}

/**
 * Safe to repeat: a run whose launcher died in the middle is finished by another.
 * @throws AiError AI_STATE_UNSAVED where the truth cannot be written; the run's copies stay where they are
 */
export async function syncOut(run: RunState, input: SyncOutInput): Promise<SyncOut> {
  if (!run.plan.saved) return { outcomes: [] };
  try {
    const handed = readHanded(run);
    if (handed === undefined) return { outcomes: [] };
    return { outcomes: await withLock(run.truth, () => takeBack(run, handed, input)) };
  } catch (error) {
    const facts =
      error instanceof AiError ? (error as AiError<'AI_STATE_UNWRITABLE'>).facts : undefined;
    throw new AiError(
      'AI_STATE_UNSAVED',
      {
        path: facts?.path ?? run.truth.directory,
        cause: facts?.cause ?? messageOf(error),
        stage: run.home,
      },
      { cause: error },
    );
  }
}

function takeBack(
  run: RunState,
  handed: Handed,
  { runId, now }: SyncOutInput,
): readonly (Outcome | Change)[] {
  const { state } = run;
  const outcomes: (Outcome | Change)[] = [];
  // First what is worth most.
  for (const { file } of state.credentials)
    outcomes.push(...reconcile(run, file, { now, isOver: true }));
  const seen = new Set(state.credentials.map(({ file }) => file));
  /** What cannot be looked into may still be there. */
  const hidden: string[] = [];
  for (const directory of state.directories) {
    const prefix = directory.part === '' ? '' : `${directory.part}/`;
    const { files, refused } = listForeign(run.home, wantedIn(state, directory), directory.inside);
    for (const found of files) {
      const rule = ruleOf(state, prefix + found.name);
      if (seen.has(rule.name) || isCovered(run, rule.name)) continue;
      seen.add(rule.name);
      if (handed[rule.name]?.copy !== found.stamp)
        outcomes.push(
          ...takeFile(run, rule, { mode: found.mode, handed: handed[rule.name], runId }),
        );
    }
    outcomes.push(...refused.map((refusal) => refusedIn(prefix, refusal)));
    hidden.push(...refused.map(({ name }) => (name === '.' ? prefix : prefix + name)));
  }
  const isHidden = (name: string): boolean =>
    hidden.some(
      (place) =>
        place === '' ||
        name === place ||
        name.startsWith(place.endsWith('/') ? place : `${place}/`),
    );
  const gone = Object.keys(handed).filter(
    (name) => !seen.has(name) && !isHidden(name) && !isCovered(run, name),
  );
  return [...outcomes, ...gone.flatMap((name) => takeRemoval(run, name, handed[name]?.truth))];
}

const refusedIn = (prefix: string, { name, why }: Refusal): Outcome => ({
  kind: 'refused',
  name: prefix + name,
  why,
});

/** Assistants do not delete their settings: those that are gone were lost. What else is gone was deleted, and has its backup. */
function takeRemoval(
  run: RunState,
  name: string,
  truth: string | undefined,
): readonly (Outcome | Change)[] {
  const { root, file } = placeOf(run, name);
  if (isAnything(root, file)) return [{ kind: 'refused', name, why: 'it is not a regular file' }];
  const directory = run.state.directories.find(({ inside }) => file.startsWith(`${inside}/`));
  const isSetting = isDocument(ruleOf(run.state, name)) && path.dirname(file) === directory?.inside;
  const now = versionOf(run.truth.directory, name);
  if (isSetting || now === undefined || now !== truth) return [];
  // Where the whole directory is gone, nobody has chosen single files.
  if (directory === undefined || !isDirectory(root, directory.inside)) return [];
  removeTruth(run.truth, name);
  return [{ kind: 'removed', name }];
}
