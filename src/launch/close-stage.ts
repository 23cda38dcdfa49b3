// The end of a run's files, and of what was made for it in the user's repositories.

import { messageOf } from '../base/errors.ts';
import type { Engine } from '../engines/engine.ts';
import { removeTree } from '../host/remove-tree.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { removePlaceholders } from '../state/placeholders.ts';
import { forgetRun, plansIn } from '../state/runs.ts';
import type { World } from './world.ts';

/** The outcome of the run stands, whatever it leaves behind: that is said. */
export async function closeStage(
  { stateDirectory, emit }: Pick<World, 'stateDirectory' | 'emit'>,
  plan: RunPlan,
  { writable, engine }: { writable: string; engine: Engine },
): Promise<void> {
  try {
    await removeMade(plan, { writable, engine, ownRun: plan.run.id });
    forgetRun(writable, plan.run.id);
    if (writable !== stateDirectory) removeTree(writable);
  } catch (error) {
    const text = `cannot remove the files of run ${plan.run.id}: ${messageOf(error)}`;
    emit({ type: 'warning', text });
  }
}

/**
 * Takes away what was made to protect repositories, unless another run is protected by it. Of runs with another state directory (root,
 * a home that is read-only) only the engine knows. One that cannot say runs nothing that could be protected.
 * @param ownRun whose container is gone, or as good as
 */
export async function removeMade(
  plan: Parameters<typeof removePlaceholders>[0],
  { writable, engine, ownRun }: { writable: string; engine: Engine; ownRun?: string },
): Promise<void> {
  if (!plan.prepare.placeholders) return;
  const mounted = await engine.mountedByRuns(ownRun).catch(() => new Set<string>());
  removePlaceholders(plan, plansIn(writable), mounted);
}
