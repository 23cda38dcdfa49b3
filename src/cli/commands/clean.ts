// ai clean: finishes what crashed launchers have left, in the engine and on disk. Live runs stay.

import type { CommandHandler } from '../commands.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { showAsJson } from '../../base/quote.ts';
import { cleanUp } from '../../launch/clean-up.ts';
import { withEngine } from '../../launch/reach-engine.ts';
import { settle } from '../../launch/settle.ts';

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
