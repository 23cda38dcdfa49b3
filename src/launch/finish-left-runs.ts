// Finishes what a launcher that died has left: its container, its files, its directory.

import { messageOf } from '../base/errors.ts';
import type { Engine } from '../engines/engine.ts';
import { appendAudit, type AuditSink } from '../journal/audit.ts';
import { auditedRun, recoveredLine } from '../plan/audit-lines.ts';
import { claimEnd, forgetRun, leftRuns, type LeftRun } from '../state/runs.ts';
import { releaseLocks } from '../state/exchange-locks.ts';
import { runStateOf } from '../state/run-state.ts';
import { hasRenewal, takeRenewed } from '../state/renewal.ts';
import { syncOut } from '../state/sync-out.ts';
import { removeMade } from './close-stage.ts';
import { giveBackFiles } from './give-back.ts';
import { lookAfter } from './watch-executables.ts';
import { renewalName } from './renew-login.ts';

export interface Finished {
  ids: readonly string[];
  /** What could not be finished, for people. Each run is on its own: one that resists does not keep the others. */
  failures: readonly string[];
  /** What they have changed that this machine runs later, for people. */
  found: readonly string[];
}

export interface WhoseRuns {
  stateDirectory: string;
  /** Label `ai.owner`. */
  owner: string;
  ownRun?: string;
}

/** Runs on another engine stay for an `ai` that talks to it. */
export async function finishLeftRuns(
  whose: WhoseRuns & AuditSink,
  engine: Engine,
): Promise<Finished> {
  const ids: string[] = [];
  const failures: string[] = [];
  const found: string[] = [];
  const { stateDirectory, owner, ownRun } = whose;
  for (const run of leftRuns(stateDirectory, owner, ownRun)) {
    try {
      if (run.record !== undefined && run.record.endpoint !== engine.endpoint) {
        await saveState(run, stateDirectory);
        continue;
      }
      found.push(...(await finish(run, whose, engine)));
      const trouble = noteEnd(run, whose);
      if (trouble !== undefined) failures.push(`audit.jsonl: ${trouble}`);
      forgetRun(stateDirectory, run.id);
      ids.push(run.id);
    } catch (error) {
      failures.push(`run ${run.id} is not finished: ${messageOf(error)}`);
    }
  }
  return { ids, failures, found };
}

/** What sessions whose launcher died have changed of logins and settings; their containers are left alone. */
export async function saveLeftState(whose: WhoseRuns): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const run of leftRuns(whose.stateDirectory, whose.owner, whose.ownRun))
    try {
      await saveState(run, whose.stateDirectory);
    } catch (error) {
      failures.push(`run ${run.id} is not saved: ${messageOf(error)}`);
    }
  return failures;
}

async function finish(
  run: LeftRun,
  { stateDirectory, redactor }: WhoseRuns & AuditSink,
  engine: Engine,
): Promise<readonly string[]> {
  const { record } = run;
  if (record !== undefined) {
    await engine.remove(record.plan.run.name);
    await giveBackFiles(engine, record.plan, stateDirectory);
  }
  await finishRenewal(run, stateDirectory, engine);
  await saveState(run, stateDirectory);
  const writable = stateDirectory;
  if (record === undefined) {
    // Of another version of `ai`: its container may still be there.
    if (run.plan?.prepare !== undefined)
      await removeMade({ run: run.plan.run, prepare: run.plan.prepare }, { writable, engine });
    return [];
  }
  const changed = await lookAfter(record.plan, { stateDirectory, writable, redactor });
  await removeMade(record.plan, { writable, engine, ownRun: run.id });
  return changed.map((text) => `${record.plan.project.name}, a run that was cut off: ${text}`);
}

/** One that never came to its start has no end either. */
function noteEnd({ id, plan }: LeftRun, whose: WhoseRuns & AuditSink): string | undefined {
  if (plan === undefined || !claimEnd(whose.stateDirectory, id)) return undefined;
  return appendAudit(whose, recoveredLine(auditedRun(plan)));
}

/** Renewals that dead launchers have begun: they end by themselves, and what they bring is wanted before another one begins. */
export async function finishLeftRenewals(whose: WhoseRuns, engine: Engine): Promise<void> {
  for (const run of leftRuns(whose.stateDirectory, whose.owner, whose.ownRun))
    if (run.record === undefined || run.record.endpoint === engine.endpoint)
      await finishRenewal(run, whose.stateDirectory, engine);
}

async function finishRenewal(
  { plan }: LeftRun,
  stateDirectory: string,
  engine: Engine,
): Promise<void> {
  if (plan === undefined) return;
  const state = runStateOf(plan, stateDirectory);
  if (state === undefined || !hasRenewal(state)) return;
  await engine.ended(renewalName(plan));
  await takeRenewed(state, Date.now());
}

async function saveState({ id, plan }: LeftRun, stateDirectory: string): Promise<void> {
  const state = plan && runStateOf(plan, stateDirectory);
  if (state === undefined) return;
  await syncOut(state, { runId: id, now: Date.now() });
  releaseLocks(state);
}
