// Before a run: the user's logins, settings and memory as copies in the home of the run, and only this assistant's.

import { existsSync, lchownSync, mkdirSync, writeFileSync } from 'node:fs';
import type { Seeds } from '../assistants/assistant.ts';
import { AiError, systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { copyWhole } from '../host/copy-file.ts';
import { stampOf, versionIn, versionOf } from '../host/foreign-files.ts';
import { listForeign, type Refusal } from '../host/foreign-tree.ts';
import { readForReplacing, readRegularFile, unwritable } from '../host/files.ts';
import { tidyForeign } from '../host/tidy-foreign.ts';
import { insideText, isDocument, outsideText, ruleOf, type Rule } from './documents.ts';
import { writeBase, writeHanded, type HandedFile } from './handed.ts';
import { isLoggedOut } from './logged-out.ts';
import { agreeWithMirrors } from './mirrors.ts';
import { readTruth, reconcile, type Outcome } from './reconcile.ts';
import { placeOf, wantedIn, type RunState } from './run-state.ts';
import { linkState, seedState } from './seeds.ts';
import { makePrivate, repair, withLock } from './truth.ts';

export interface SyncIn {
  outcomes: readonly Outcome[];
  /** What of the truth was left out: links above all. */
  refused: readonly Refusal[];
}

export interface SyncInInput {
  seeds: Seeds;
  links: Readonly<Record<string, string>>;
  now: number;
}

/** @throws AiError AI_STATE_UNWRITABLE where the run's own files cannot be written */
export async function syncIn(run: RunState, input: SyncInInput): Promise<SyncIn> {
  const work = (): SyncIn => handOut(run, input);
  try {
    return run.plan.saved ? await withLock(run.truth, work) : work();
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw unwritable(run.home, error);
  }
}

function handOut(run: RunState, input: SyncInInput): SyncIn {
  const { state, plan } = run;
  const { signIn } = plan;
  const outcomes: Outcome[] = [];
  const refused: Refusal[] = [];
  const handed = new Map<string, HandedFile>();
  const documents: string[] = [];
  if (plan.saved) {
    repair(run.truth);
    const context = { now: input.now, loggedOut: isLoggedOut(run.truth), loggedIn: false };
    for (const { file } of state.credentials) {
      const rule = ruleOf(state, file);
      agreeWithMirrors(run.truth, rule, readTruth(run.truth, rule, outcomes), context);
    }
  }
  for (const directory of state.directories) {
    const prefix = directory.part === '' ? '' : `${directory.part}/`;
    makeDirectory(run, directory.inside);
    const place = path.join(run.truth.directory, directory.part);
    const found = listForeign(place, wantedIn(state, directory));
    refused.push(...found.refused);
    for (const { name, mode, stamp } of found.files) {
      const rule = ruleOf(state, prefix + name);
      if (plan.saved) makePrivate(path.join(place, name), mode);
      if (rule.credential !== undefined && (signIn || isShared(run, rule))) continue;
      if (isDocument(rule) || rule.tables !== undefined) {
        if (copyDocument(run, rule, mode, outcomes)) documents.push(rule.name);
      } else {
        const copy = copyAsItIs(run, rule, mode);
        handed.set(rule.name, { copy, truth: versionIn(stamp) });
      }
    }
  }
  seedState(inHome(run, state.directories[0].inside), input.seeds, {
    owner: plan.owner,
    sync: false,
  });
  linkState(run.home, input.links, plan.owner);
  if (!signIn) outcomes.push(...shareLogins(run, input.now));
  noteDocuments(run, handed, [
    ...new Set([...documents, ...Object.keys(input.seeds).filter(isPresent(run))]),
  ]);
  writeHanded(run, Object.fromEntries(handed));
  return { outcomes, refused };
}

const isShared = ({ plan, state }: RunState, { name }: Rule): boolean =>
  plan.exchange !== undefined && state.exchange?.file === name;

/** A directory that other sessions share may hold a newer login than the truth, or none yet. */
function shareLogins(run: RunState, now: number): readonly Outcome[] {
  const name = run.state.exchange?.file;
  if (run.plan.exchange === undefined || name === undefined) return [];
  tidyForeign(run.plan.exchange);
  return reconcile(run, name, { now, isOver: false });
}

/** @returns false where there is nothing to copy */
function copyDocument(run: RunState, rule: Rule, mode: number, outcomes: Outcome[]): boolean {
  const target = targetOf(run, rule);
  try {
    const text = run.plan.saved
      ? readTruth(run.truth, rule, outcomes)
      : readRegularFile(path.join(run.truth.directory, rule.name));
    if (text === undefined) return false;
    writeFileSync(target, insideText(rule, text, run.plan), { mode: mode & 0o700 });
    give(run, target);
    return true;
  } catch (error) {
    if (error instanceof AiError) throw error;
    throw unwritable(target, error);
  }
}

/** There may be thousands: no call too much. @returns the stamp of the copy */
function copyAsItIs(run: RunState, rule: Rule, mode: number): string {
  const target = targetOf(run, rule);
  try {
    const source = path.join(run.truth.directory, rule.name);
    return copyWhole(source, target, { mode: mode & 0o700, owner: run.plan.owner });
  } catch (error) {
    throw unwritable(target, error);
  }
}

/** Its directory is made. */
function targetOf(run: RunState, rule: Rule): string {
  const { root, file } = placeOf(run, rule.name);
  makeDirectory(run, path.dirname(file));
  return path.join(root, file);
}

/** After the seeds, so that these are no changes of the session's. */
function noteDocuments(
  run: RunState,
  handed: Map<string, HandedFile>,
  names: readonly string[],
): void {
  for (const name of names) {
    const rule = ruleOf(run.state, name);
    const { root, file } = placeOf(run, name);
    const copy = stampOf(root, file);
    if (copy === undefined) continue;
    handed.set(name, { copy, truth: versionOf(run.truth.directory, name) ?? '' });
    if (!isDocument(rule)) continue;
    const text = readForReplacing(path.join(root, file)) ?? '';
    const truth = readForReplacing(path.join(run.truth.directory, name));
    writeBase(run, name, outsideText(rule, text, { base: truth, paths: run.plan.paths }));
  }
}

const isPresent =
  (run: RunState) =>
  (name: string): boolean => {
    const { root, file } = placeOf(run, name);
    return stampOf(root, file) !== undefined;
  };

const inHome = ({ home }: RunState, inside: string): string => path.join(home, inside);

/** For the user of the run alone, with all on the way to it. */
function makeDirectory(run: RunState, inside: string): void {
  const place = inHome(run, inside);
  if (existsSync(place)) return;
  const outermost = mkdirSync(place, { recursive: true, mode: 0o700 });
  if (outermost === undefined) return;
  for (let made = place; made.length >= outermost.length; made = path.dirname(made))
    give(run, made);
}

/** What root makes is root's already. */
function give({ plan: { owner } }: RunState, file: string): void {
  if (process.getuid?.() === 0 && owner.uid !== 0) lchownSync(file, owner.uid, owner.gid);
}
