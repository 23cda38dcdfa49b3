// Finishes what a launcher that died has left: its container, its files, its directory.

import { messageOf } from '../base/errors.ts';
import type { Engine } from '../engines/engine.ts';
import { forgetRun, leftRuns, type LeftRun } from '../state/runs.ts';
import { giveBackFiles } from './give-back.ts';

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
    if (run.record !== undefined && run.record.endpoint !== engine.endpoint) continue;
    try {
      await finish(run, stateDirectory, engine);
      ids.push(run.id);
    } catch (error) {
      failures.push(`run ${run.id} is not finished: ${messageOf(error)}`);
    }
  }
  return { ids, failures };
}

async function finish(
  { id, record }: LeftRun,
  stateDirectory: string,
  engine: Engine,
): Promise<void> {
  if (record !== undefined) {
    await engine.remove(record.plan.run.name);
    await giveBackFiles(engine, record.plan, stateDirectory);
  }
  forgetRun(stateDirectory, id);
}
