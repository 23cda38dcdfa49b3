// Finishes what crashed launchers have left, in the engine and on disk.

import { DockerEngine } from '../engines/docker/docker-engine.ts';
import type { Settings } from '../settings/schema.ts';
import { liveRuns } from '../state/runs.ts';
import { finishLeftRuns } from './finish-left-runs.ts';
import type { ReachedEngine } from './reach-engine.ts';
import { ignoreStatus, listRuns } from './runs-in-engine.ts';
import type { World } from './world.ts';

export interface CleanedUp {
  /** Ids of runs. */
  removed: readonly string[];
  /** What could not be finished, for people. */
  failures: readonly string[];
  /** What those runs have changed that this machine runs later, for people. */
  found: readonly string[];
}

/**
 * Finishes the runs whose launcher is gone, and removes containers of ours that nobody waits for. Live runs stay.
 * @throws AiError AI_ENGINE_REFUSED
 */
export async function cleanUp(
  world: World,
  settings: Settings,
  { docker, endpoint }: ReachedEngine,
): Promise<CleanedUp> {
  const { owner, runs } = await listRuns(world, settings, docker);
  const { stateDirectory, redactor } = world;
  const engine = new DockerEngine(endpoint);
  const whose = { stateDirectory, redactor, owner };
  const { ids, failures, found } = await finishLeftRuns(whose, engine);
  engine.close();

  // Containers whose run has no directory any more: nobody waits for them.
  const live = liveRuns(stateDirectory, owner);
  const stray = runs.filter(({ id }) => !live.includes(id) && !ids.includes(id));
  await Promise.all(
    stray.map(({ container }) =>
      docker
        .getContainer(container)
        .remove({ force: true })
        .catch(ignoreStatus([404, 409])),
    ),
  );
  return { removed: [...ids, ...stray.map(({ id }) => id)], failures, found };
}
