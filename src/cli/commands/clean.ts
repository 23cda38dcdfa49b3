// ai clean: finishes what crashed launchers have left, in the engine and on disk. Live runs stay.

import type { CommandHandler } from '../commands.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { showAsJson } from '../../base/quote.ts';
import { DockerEngine } from '../../engines/docker/docker-engine.ts';
import { finishLeftRuns } from '../../launch/finish-left-runs.ts';
import { withEngine, type ReachedEngine } from '../../launch/reach-engine.ts';
import { ignoreStatus, listRuns } from '../../launch/runs-in-engine.ts';
import { settle } from '../../launch/settle.ts';
import type { World } from '../../launch/world.ts';
import type { Settings } from '../../settings/schema.ts';
import { liveRuns } from '../../state/runs.ts';

export const clean: CommandHandler = async ({ world, options }) => {
  const { settings } = await settle(world, options.settings, options.plain);
  const { removed, failures, found } = await withEngine(world, settings, (engine) =>
    cleanUp(world, settings, engine),
  );
  if (options.plain.json) world.streams.stdout.write(`${showAsJson({ removed, failures })}\n`);
  else {
    const text = removed.length > 0 ? `cleaned up after ${removed.join(', ')}` : 'nothing to clean';
    if (removed.length > 0 || failures.length === 0) world.emit({ type: 'note', text });
    for (const text of found) world.emit({ type: 'warning', text });
    for (const failure of failures) world.emit({ type: 'warning', text: failure });
  }
  return failures.length === 0 ? exitCodes.ok : exitCodes.failed;
};

async function cleanUp(
  world: World,
  settings: Settings,
  { docker, endpoint }: ReachedEngine,
): Promise<{
  removed: readonly string[];
  failures: readonly string[];
  found: readonly string[];
}> {
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
