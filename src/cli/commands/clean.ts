// ai clean: finishes what crashed launchers have left, in the engine and on disk. Live runs stay.

import type { CommandHandler } from '../commands.ts';
import { DockerEngine } from '../../engines/docker/docker-engine.ts';
import { finishLeftRuns } from '../../launch/finish-left-runs.ts';
import { ignoreStatus, listRuns } from '../../launch/runs-in-engine.ts';
import { engineEndpoint } from '../../launch/services.ts';
import { settle } from '../../launch/settle.ts';
import { liveRuns } from '../../state/runs.ts';

export const clean: CommandHandler = async ({ world, options }) => {
  const { settings } = await settle(world, options.settings);
  const { docker, runs } = await listRuns(world, settings);
  const engine = new DockerEngine(engineEndpoint(world, settings));
  const finished = await finishLeftRuns(world.stateDirectory, engine);
  engine.close();

  // Containers whose run has no directory any more: nobody waits for them.
  const live = liveRuns(world.stateDirectory);
  const stray = runs.filter(
    ({ id }) => !live.includes(id) && !finished.some((run) => run.id === id),
  );
  await Promise.all(
    stray.map(({ container }) =>
      docker
        .getContainer(container)
        .remove({ force: true })
        .catch(ignoreStatus([404, 409])),
    ),
  );

  const removed = [...finished.map(({ id }) => id), ...stray.map(({ id }) => id)];
  if (options.plain.json) world.streams.stdout.write(`${JSON.stringify({ removed })}\n`);
  else
    world.emit({
      type: 'note',
      text: removed.length === 0 ? 'nothing to clean' : `cleaned up after ${removed.join(', ')}`,
    });
  return 0;
};
