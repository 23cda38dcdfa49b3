// One file of a session that is not as it was handed out: what becomes of it in the truth.

import { AiError, isAiError } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { readForeign, versionOf } from '../host/foreign-files.ts';
import { readForReplacing } from '../host/files.ts';
import { isDamaged, isDocument, mergedText, outsideText, type Rule } from './documents.ts';
import { readBase, type Handed } from './handed.ts';
import { readTruth, type Outcome } from './reconcile.ts';
import { placeOf, type RunState } from './run-state.ts';
import { replaceTruth } from './truth.ts';

export type Change =
  /** Changed in the session and elsewhere: the session's version stands beside it. */
  | { kind: 'both'; name: string; beside: string }
  /** Emptied in the session; it stays as it was. */
  | { kind: 'emptied'; name: string }
  | { kind: 'removed'; name: string };

interface TakeInput {
  mode: number;
  handed: Handed[string] | undefined;
  runId: string;
}

/** @throws AiError AI_STATE_UNWRITABLE where nothing can be saved now */
export function takeFile(
  run: RunState,
  rule: Rule,
  input: TakeInput,
): readonly (Outcome | Change)[] {
  const { name } = rule;
  const { root, file } = placeOf(run, name);
  const content = readForeign(root, file);
  if ('why' in content) return [{ kind: 'refused', name, why: content.why }];
  try {
    return isMergeable(run, rule, content.bytes)
      ? takeDocument(run, rule, content.bytes.toString('utf8'), input)
      : takeWhole(run, rule, { ...input, bytes: content.bytes });
  } catch (error) {
    // This one has no place in the truth, as it is there; all others have theirs.
    if (!isAiError(error, 'AI_STATE_UNWRITABLE') || !isOfThisFile(error)) throw error;
    return [{ kind: 'refused', name, why: error.facts.cause }];
  }
}

const isOfThisFile = ({ facts }: AiError<'AI_STATE_UNWRITABLE'>): boolean =>
  /^(EISDIR|ENOTDIR|ENAMETOOLONG|ELOOP|ENOTEMPTY|EEXIST|EINVAL)\b|it is no directory/.test(
    facts.cause,
  );

/** Settings with comments, on either side, are taken whole. */
function isMergeable({ truth }: RunState, rule: Rule, bytes: Buffer): boolean {
  const now = readForReplacing(path.join(truth.directory, rule.name));
  return isDocument(rule, bytes.toString('utf8')) && (now === undefined || isDocument(rule, now));
}

function takeDocument(
  run: RunState,
  rule: Rule,
  text: string,
  { mode, handed }: TakeInput,
): readonly (Outcome | Change)[] {
  const { name } = rule;
  const base = readBase(run, name);
  if (text.trim() === '' ? handed !== undefined : isDamaged(rule, text))
    return [{ kind: 'emptied', name }];
  const outcomes: Outcome[] = [];
  const session = outsideText(rule, text, { base, paths: run.plan.paths });
  const truth = readTruth(run.truth, rule, outcomes);
  const context = { now: 0, loggedOut: false, loggedIn: false };
  const merged = mergedText(rule, { base, truth, session }, context);
  if (merged === undefined) return outcomes;
  replaceTruth(run.truth, name, merged, mode);
  return [...outcomes, { kind: 'saved', name }];
}

function takeWhole(
  run: RunState,
  rule: Rule,
  session: TakeInput & { bytes: Buffer },
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
  const now = versionOf(run.truth.directory, name);
  if (now !== undefined && bytes.equals(readBytes(run, name))) return [];
  if (bytes.length === 0 && handed !== undefined) return [{ kind: 'emptied', name }];
  if (now === undefined || now === handed?.truth) {
    replaceTruth(run.truth, name, bytes, mode);
    return [{ kind: 'saved', name }];
  }
  const beside = besideName(name, runId);
  if (bytes.equals(readBytes(run, beside))) return [];
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
  const { dir, name: stem, ext } = path.parse(name);
  return path.join(dir, `${stem}.run-${runId}${ext}`);
}
