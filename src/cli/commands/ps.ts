// ai ps: the runs of this user.

import type { CommandHandler } from '../commands.ts';
import { formatDuration } from '../../base/units.ts';
import { showAsJson } from '../../base/quote.ts';
import { withEngine } from '../../launch/reach-engine.ts';
import { listRuns } from '../../launch/runs-in-engine.ts';
import { settle } from '../../launch/settle.ts';
import { formatTable } from '../table.ts';

export const ps: CommandHandler = async ({ world, options }) => {
  const { settings } = await settle(world, options.settings, options.plain);
  const { runs } = await withEngine(world, settings, ({ docker }) =>
    listRuns(world, settings, docker),
  );
  const { stdout } = world.streams;
  if (options.plain.json) stdout.write(`${showAsJson(runs, 2)}\n`);
  else if (runs.length === 0) world.emit({ type: 'note', text: 'nothing of yours is running' });
  else {
    const rows = runs.map(({ id, assistant, state, age, project }) => [
      id,
      assistant,
      state,
      formatDuration(age),
      project,
    ]);
    stdout.write(await formatTable(['RUN', 'ASSISTANT', 'STATE', 'AGE', 'PROJECT'], rows, stdout));
  }
  return 0;
};
