// After a run: what the session has changed of logins, settings and memory becomes the truth, and nothing else does.

import path from 'node:path';
import { AiError, messageOf } from '../base/errors.ts';
import {
  listForeign,
  readForeign,
  stampOf,
  type ForeignFile,
  type Refusal,
} from '../host/foreign-files.ts';
import { isDamaged, isDocument, mergedText, outsideText, ruleOf, type Rule } from './documents.ts';
import { readBase, readHanded, type Handed } from './handed.ts';
import { readTruth, reconcile, type Outcome } from './reconcile.ts';
import { placeOf, wantedIn, type RunState } from './run-state.ts';
import { removeTruth, replaceTruth, withLock } from './truth.ts';

export interface SyncOut {
  outcomes: readonly (Outcome | Change)[];
}

export type Change =
  /** Changed in the session and elsewhere: the session's version stands beside it. */
  | { kind: 'both'; name: string; beside: string }
  /** Emptied in the session; it stays as it was. */
  | { kind: 'emptied'; name: string }
  | { kind: 'removed'; name: string };

export interface SyncOutInput {
  runId: string;
  now: number;
}

/**
 * Safe to repeat: a run whose launcher died in the middle is finished by another.
 * @throws AiError AI_STATE_UNSAVED where the truth cannot be written; the run's copies stay where they are
 */
export async function syncOut(run: RunState, input: SyncOutInput): Promise<SyncOut> {
  const handed = readHanded(run);
  if (handed === undefined || !run.plan.saved) return { outcomes: [] };
  try {
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
  for (const directory of state.directories) {
    const prefix = directory.part === '' ? '' : `${directory.part}/`;
    const { files, refused } = listForeign(
      path.join(run.home, directory.inside),
      wantedIn(state, directory),
    );
    for (const found of files) {
      const rule = ruleOf(state, prefix + found.name);
      if (seen.has(rule.name)) continue;
      seen.add(rule.name);
      if (handed[rule.name]?.copy !== found.stamp)
        outcomes.push(...takeFile(run, rule, { found, handed: handed[rule.name], runId }));
    }
    outcomes.push(...refused.map((refusal) => refusedIn(prefix, refusal)));
    for (const { name } of refused) seen.add(prefix + name);
  }
  const gone = Object.keys(handed).filter((name) => !seen.has(name));
  return [...outcomes, ...gone.flatMap((name) => takeRemoval(run, name, handed[name]?.truth))];
}

const refusedIn = (prefix: string, { name, why }: Refusal): Outcome => ({
  kind: 'refused',
  name: prefix + name,
  why,
});

function takeFile(
  run: RunState,
  rule: Rule,
  {
    found,
    handed,
    runId,
  }: { found: ForeignFile; handed: Handed[string] | undefined; runId: string },
): readonly (Outcome | Change)[] {
  const { name } = rule;
  const { root, file } = placeOf(run, name);
  const content = readForeign(root, file);
  if ('why' in content) return [{ kind: 'refused', name, why: content.why }];
  const outcomes: Outcome[] = [];
  if (isDocument(rule)) {
    const base = readBase(run, name);
    const text = content.bytes.toString('utf8');
    if (text.trim() === '' ? handed !== undefined : isDamaged(rule, text))
      return [{ kind: 'emptied', name }];
    const session = outsideText(rule, text, { base, paths: run.plan.paths });
    const truth = readTruth(run.truth, rule, outcomes);
    const merged = mergedText(
      rule,
      { base, truth, session },
      { now: 0, loggedOut: false, loggedIn: false },
    );
    if (merged === undefined) return outcomes;
    replaceTruth(run.truth, name, merged, found.mode);
    return [...outcomes, { kind: 'saved', name }];
  }
  return takeWhole(run, rule, { bytes: content.bytes, mode: found.mode, handed, runId });
}

function takeWhole(
  run: RunState,
  rule: Rule,
  session: { bytes: Buffer; mode: number; handed: Handed[string] | undefined; runId: string },
): readonly (Outcome | Change)[] {
  const { name } = rule;
  const { mode, handed, runId } = session;
  const bytes =
    rule.tables === undefined
      ? session.bytes
      : Buffer.from(
          outsideText(rule, session.bytes.toString('utf8'), {
            base: undefined,
            paths: run.plan.paths,
          }),
        );
  const now = stampOf(run.truth.directory, name);
  if (now !== undefined && bytes.equals(Buffer.from(readBytes(run, name)))) return [];
  if (bytes.length === 0 && handed !== undefined) return [{ kind: 'emptied', name }];
  if (now === undefined || now === handed?.truth) {
    replaceTruth(run.truth, name, bytes, mode);
    return [{ kind: 'saved', name }];
  }
  const beside = besideName(name, runId);
  replaceTruth(run.truth, beside, bytes, mode);
  return [{ kind: 'both', name, beside }];
}

const readBytes = (run: RunState, name: string): Uint8Array => {
  // Every backup is a second name of a file of the truth.
  const found = readForeign(run.truth.directory, name, { hardLinks: true });
  return 'why' in found ? Buffer.alloc(0) : found.bytes;
};

/** `CLAUDE.md` -> `CLAUDE.run-0a1b2c3d.md`: still of the kind that it is, and carried in and out like it. */
function besideName(name: string, runId: string): string {
  const { dir, name: stem, ext } = path.posix.parse(name);
  return path.posix.join(dir, `${stem}.run-${runId}${ext}`);
}

/** Assistants do not delete their settings: those that are gone were lost. What else is gone was deleted, and has its backup. */
function takeRemoval(run: RunState, name: string, truth: string | undefined): readonly Change[] {
  const isSetting = isDocument(ruleOf(run.state, name)) && !name.includes('/');
  const now = stampOf(run.truth.directory, name);
  if (isSetting || now === undefined || now !== truth || !isRootThere(run, name)) return [];
  removeTruth(run.truth, name);
  return [{ kind: 'removed', name }];
}

/** Where the whole directory is gone, nobody has chosen single files. */
function isRootThere(run: RunState, name: string): boolean {
  const { root, file } = placeOf(run, name);
  const directory = run.state.directories.find(({ inside }) => file.startsWith(`${inside}/`));
  return (
    directory !== undefined &&
    listForeign(path.join(root, directory.inside), {
      file: () => false,
      directory: () => false,
    }).refused.length === 0
  );
}
