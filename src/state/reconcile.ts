// One credential file of a run and its truth brought to agree: what is newer and valid wins, whoever has it.

import { systemCode } from '../base/errors.ts';
import { isSame } from '../base/json.ts';
import { path } from '../base/path.ts';
import { readForeign, removeForeign, replaceForeign, stampOf } from '../host/foreign-files.ts';
import { readForReplacing, unwritable } from '../host/files.ts';
import {
  holdsLogin,
  insideText,
  isDamaged,
  mergedText,
  outsideText,
  readDocument,
  ruleOf,
  withLogins,
  withoutLogins,
  type Rule,
} from './documents.ts';
import { readBase, writeBase } from './handed.ts';
import { endedLogins, isLoggedOut, markLoggedIn } from './logged-out.ts';
import { agreeWithMirrors, mirrorsOf } from './mirrors.ts';
import { placeOf, type RunState } from './run-state.ts';
import { quarantine, replaceTruth, type Truth } from './truth.ts';

export interface ReconcileOptions {
  /** Milliseconds since 1970. */
  now: number;
  /** The session is over: nobody reads its copy any more. */
  isOver: boolean;
}

export type Outcome =
  /** The session has put nothing, or something worthless, in the place of a login; it was given back, or kept. */
  | { kind: 'blanked'; name: string }
  | { kind: 'refused'; name: string; why: string }
  | { kind: 'damaged'; name: string; aside: string }
  | { kind: 'saved'; name: string };

/**
 * To be called with the lock of the truth held.
 * @throws AiError AI_STATE_UNWRITABLE where the truth cannot be written; the run's copy has what was to be saved
 */
export function reconcile(
  run: RunState,
  name: string,
  { now, isOver }: ReconcileOptions,
): readonly Outcome[] {
  const rule = ruleOf(run.state, name);
  const { root, file } = placeOf(run, name);
  const outcomes: Outcome[] = [];
  const loggedOut = isLoggedOut(run.truth);
  const context = {
    now,
    loggedOut,
    ended: endedLogins(run.truth),
    loggedIn: run.plan.signIn,
    onLoan: run.plan.lend,
  };
  const elsewhere = { now, loggedOut, loggedIn: false };
  let truth = agreeWithMirrors(run.truth, rule, readTruth(run.truth, rule, outcomes), elsewhere);
  const before = stampOf(root, file);
  const found = readForeign(root, file);
  if ('why' in found && found.why !== 'it is not there')
    outcomes.push({ kind: 'refused', name, why: found.why });
  const copy = 'why' in found ? undefined : found.bytes.toString('utf8');
  const base = readBase(run, name);
  if (copy !== undefined) {
    const session = outsideText(rule, copy, { base, paths: run.plan.paths });
    const merged = mergedText(rule, { base, truth, session }, context);
    if (merged !== undefined) {
      replaceTruth(run.truth, name, merged);
      truth = agreeWithMirrors(run.truth, rule, merged, elsewhere);
      outcomes.push({ kind: 'saved', name });
    }
  }
  const ours = readDocument(rule, truth);
  if (holdsLogin(rule, ours)) markLoggedIn(run.truth);
  const theirs = readDocument(rule, copy);
  if (
    holdsLogin(rule, ours) &&
    !holdsLogin(rule, theirs) &&
    holdsLogin(rule, readDocument(rule, base))
  )
    outcomes.push({ kind: 'blanked', name });
  if (!isOver) {
    const stamp = 'why' in found ? before : found.stamp;
    const given = giveOut(run, rule, { truth, copy, stamp, loggedOut });
    if (given !== undefined) writeBase(run, name, given);
  }
  return outcomes;
}

/** Brings the copy up to date. Returns what it holds then, with the paths of the host; undefined if that is not known. */
function giveOut(
  run: RunState,
  rule: Rule,
  now: {
    truth: string | undefined;
    copy: string | undefined;
    stamp: string | undefined;
    loggedOut: boolean;
  },
): string | undefined {
  const { paths, lend } = run.plan;
  const wanted = wantedCopy(run, rule, now);
  if (!isSame(readDocument(rule, wanted), readDocument(rule, now.copy))) {
    // Written again since it was looked at: the next look decides.
    if (!putCopy(run, rule, wanted, now.stamp)) return undefined;
  }
  return outsideText(rule, wanted ?? '', {
    base: lend ? insideText(rule, now.truth ?? '', { paths: [], lend }) : now.truth,
    paths,
  });
}

/** @returns false where it was not written: it is not any more what it was when it was looked at */
function putCopy(
  run: RunState,
  { name }: Rule,
  text: string | undefined,
  stamp: string | undefined,
): boolean {
  const { root, file } = placeOf(run, name);
  const { owner } = run.plan;
  try {
    if (text !== undefined)
      return replaceForeign(root, file, Buffer.from(text), {
        ...{ mode: 0o600, owner },
        onlyOver: { stamp },
      });
    if (stampOf(root, file) !== stamp) return false;
    removeForeign(root, file);
    return true;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw unwritable(path.join(root, file), error);
  }
}

function wantedCopy(
  { plan }: RunState,
  rule: Rule,
  {
    truth,
    copy,
    loggedOut,
  }: { truth: string | undefined; copy: string | undefined; loggedOut: boolean },
): string | undefined {
  const document = readDocument(rule, copy);
  if (truth !== undefined) {
    const inside = insideText(rule, truth, plan);
    const theirs = readDocument(rule, inside);
    // Around the logins are settings that the run has by itself: seeds, and paths that are only inside.
    return document === undefined || copy === undefined || theirs === undefined
      ? inside
      : withLogins(rule, copy, theirs);
  }
  if (document === undefined || !loggedOut) return copy;
  const rest = withoutLogins(rule, document);
  return rest === undefined || isSame(rest, {}) ? undefined : JSON.stringify(rest);
}

/** What cannot be understood is put aside first, so that nothing is written over it. */
export function readTruth(truth: Truth, rule: Rule, outcomes: Outcome[]): string | undefined {
  const text = readForReplacing(path.join(truth.directory, rule.name));
  if (text === undefined || !isDamaged(rule, text)) return text;
  outcomes.push({ kind: 'damaged', name: rule.name, aside: quarantine(truth, rule.name) });
  return undefined;
}

/** The directories whose entries change when a login does. */
export const watchedDirectories = (run: RunState): readonly string[] => [
  ...new Set(
    run.state.credentials.flatMap(({ file: name }) => {
      const { root, file } = placeOf(run, name);
      return [
        path.dirname(path.join(root, file)),
        path.dirname(path.join(run.truth.directory, name)),
        ...mirrorsOf(run.truth, name).map((one) => path.dirname(one)),
      ];
    }),
  ),
];
