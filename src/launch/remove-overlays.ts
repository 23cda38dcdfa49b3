// Removes what containers have kept of projects for themselves, where the project is gone for certain.

import { messageOf } from '../base/errors.ts';
import { isOverlayVolume, leftOverlays, removeOverlay } from '../state/overlays.ts';
import { plansIn } from '../state/runs.ts';
import type { ReachedEngine } from './reach-engine.ts';
import { ignoreStatus } from './runs-in-engine.ts';
import type { World } from './world.ts';

export interface RemovedOverlays {
  /** The worktrees that are gone. */
  overlays: readonly string[];
  /** What could not be removed, for people. */
  failures: readonly string[];
}

/** Of projects that are there nothing goes: it could be made again, but not by us. Volumes of other engines are not looked for. */
export async function removeOverlays(
  { stateDirectory }: Pick<World, 'stateDirectory'>,
  docker: ReachedEngine['docker'],
): Promise<RemovedOverlays> {
  const overlays: string[] = [];
  const failures: string[] = [];
  for (const left of leftOverlays(stateDirectory, plansIn(stateDirectory)))
    try {
      for (const name of Object.keys(left.volumes).filter(isOverlayVolume))
        await docker
          .getVolume(name)
          .remove()
          .catch(ignoreStatus([404]));
      removeOverlay(left);
      overlays.push(left.root);
    } catch (error) {
      failures.push(`what containers kept of ${left.root} is not removed: ${messageOf(error)}`);
    }
  return { overlays, failures };
}
