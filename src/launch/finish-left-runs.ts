// Finishes what a launcher that died has left: its container, its files, its directory.

import { messageOf } from '../base/errors.ts';
import type { Engine } from '../engines/engine.ts';
import { forgetRun, leftRuns, type LeftRun } from '../state/runs.ts';
import { releaseLocks } from '../state/exchange-locks.ts';
import { runStateOf } from '../state/run-state.ts';
import { takeRenewed } from '../state/renewal.ts';
import { syncOut } from '../state/sync-out.ts';
import { giveBackFiles } from './give-back.ts';
import { renewalName } from './renew-login.ts';

export interface Finished {
  ids: readonly string[];
  /** What could not be finished, for people. Each run is on its own: one that resists does not keep the others. */
  failures: readonly string[];
}

export interface WhoseRuns {
  stateDirectory: string;
  /** Label `ai.owner`. */
  owner: string;
  ownRun?: string;
}

/** Runs on another engine stay for an `ai` that talks to it. */
export async function finishLeftRuns(whose: WhoseRuns, engine: Engine): Promise<Finished> {
  const ids: string[] = [];
  const failures: string[] = [];
  const { stateDirectory, owner, ownRun } = whose;
  for (const run of leftRuns(stateDirectory, owner, ownRun)) {
    try {
      if (run.record !== undefined && run.record.endpoint !== engine.endpoint) {
        await saveState(run, stateDirectory);
        continue;
      }
      await finish(run, stateDirectory, engine);
      ids.push(run.id);
    } catch (error) {
      failures.push(`run ${run.id} is not finished: ${messageOf(error)}`);
    }
  }
  return { ids, failures };
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

async function finish(run: LeftRun, stateDirectory: string, engine: Engine): Promise<void> {
  const { id, record } = run;
  if (record !== undefined) {
    await engine.remove(record.plan.run.name);
    // It saves what it has renewed by itself, and is done within seconds.
    await engine.stop(renewalName(record.plan), 5);
    await engine.remove(renewalName(record.plan));
    await giveBackFiles(engine, record.plan, stateDirectory);
  }
  await saveState(run, stateDirectory);
  forgetRun(stateDirectory, id);
}

async function saveState({ id, plan }: LeftRun, stateDirectory: string): Promise<void> {
  const state = plan && runStateOf(plan, stateDirectory);
  if (state === undefined) return;
  await takeRenewed(state, Date.now());
  await syncOut(state, { runId: id, now: Date.now() });
  releaseLocks(state);
}
