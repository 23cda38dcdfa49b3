// Finishes what a launcher that died has left: its container, its files, its directory.

import type { Engine } from '../engines/engine.ts';
import { forgetRun, leftRuns, type LeftRun } from '../state/runs.ts';
import { giveBackFiles } from './give-back.ts';

/** The runs that were finished. Those on another engine stay for an `ai` that talks to it. */
export async function finishLeftRuns(
  stateDirectory: string,
  engine: Engine,
  ownRun?: string,
): Promise<readonly LeftRun[]> {
  const finished: LeftRun[] = [];
  for (const run of leftRuns(stateDirectory, ownRun)) {
    if (run.record !== undefined) {
      if (run.record.endpoint !== engine.endpoint) continue;
      await engine.remove(run.record.plan.run.name);
      await giveBackFiles(engine, run.record.plan, stateDirectory);
    }
    forgetRun(stateDirectory, run.id);
    finished.push(run);
  }
  return finished;
}
