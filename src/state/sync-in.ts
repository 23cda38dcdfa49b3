// Before a run: the user's logins, settings and memory as copies in the home of the run, and only this assistant's.

import { chmodSync, constants, copyFileSync, lchownSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Seeds } from '../assistants/assistant.ts';
import { AiError, systemCode } from '../base/errors.ts';
import { stampOf, versionOf } from '../host/foreign-files.ts';
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
import { repair, withLock } from './truth.ts';

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
  const names: string[] = [];
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
    for (const { name, mode } of found.files) {
      const rule = ruleOf(state, prefix + name);
      if (rule.credential !== undefined && signIn) continue;
      if (rule.credential !== undefined && isShared(run, rule)) continue;
      if (copyIn(run, rule, mode, outcomes)) names.push(rule.name);
    }
  }
  seedState(inHome(run, state.directories[0].inside), input.seeds, plan.owner);
  linkState(run.home, input.links, plan.owner);
  if (!signIn) outcomes.push(...shareLogins(run, input.now));
  noteHanded(run, [...new Set([...names, ...Object.keys(input.seeds).filter(isPresent(run))])]);
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
function copyIn(run: RunState, rule: Rule, mode: number, outcomes: Outcome[]): boolean {
  const { root, file } = placeOf(run, rule.name);
  const target = path.join(root, file);
  const source = path.join(run.truth.directory, rule.name);
  makeDirectory(run, path.dirname(file));
  try {
    if (isDocument(rule) || rule.tables !== undefined) {
      const text = run.plan.saved ? readTruth(run.truth, rule, outcomes) : readRegularFile(source);
      if (text === undefined) return false;
      writeFileSync(target, insideText(rule, text, run.plan), { mode: mode & 0o700 });
    } else {
      copyFileSync(source, target, constants.COPYFILE_FICLONE);
      chmodSync(target, mode & 0o700);
    }
    give(run, target);
    return true;
  } catch (error) {
    if (error instanceof AiError) throw error;
    throw unwritable(target, error);
  }
}

/** After the seeds, so that these are no changes of the session's. */
function noteHanded(run: RunState, names: readonly string[]): void {
  const handed: [string, HandedFile][] = [];
  for (const name of names) {
    const rule = ruleOf(run.state, name);
    const { root, file } = placeOf(run, name);
    const copy = stampOf(root, file);
    if (copy === undefined) continue;
    handed.push([name, { copy, truth: versionOf(run.truth.directory, name) ?? '' }]);
    if (!isDocument(rule)) continue;
    const text = readForReplacing(path.join(root, file)) ?? '';
    const truth = readForReplacing(path.join(run.truth.directory, name));
    writeBase(run, name, outsideText(rule, text, { base: truth, paths: run.plan.paths }));
  }
  writeHanded(run, Object.fromEntries(handed));
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
  const outermost = mkdirSync(inHome(run, inside), { recursive: true, mode: 0o700 });
  if (outermost === undefined) return;
  for (
    let place = inHome(run, inside);
    place.length >= outermost.length;
    place = path.dirname(place)
  )
    give(run, place);
}

function give({ plan: { owner } }: RunState, file: string): void {
  if (process.getuid?.() === 0) lchownSync(file, owner.uid, owner.gid);
}
