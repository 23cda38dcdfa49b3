// ai clean: finishes what crashed launchers have left, in the engine and on disk. Live runs stay. What containers keep of a project
// for themselves goes where the project is gone.

import type { CommandHandler } from '../commands.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { showAsJson, showOnOneLine } from '../../base/quote.ts';
import { cleanUp } from '../../launch/clean-up.ts';
import { withEngine } from '../../launch/reach-engine.ts';
import { removeOverlays } from '../../launch/remove-overlays.ts';
import { settle } from '../../launch/settle.ts';

export const clean: CommandHandler = async ({ world, options }) => {
  const { settings } = await settle(world, options.settings, options.plain);
  const [runs, kept] = await withEngine(world, settings, async (engine) => [
    await cleanUp(world, settings, engine),
    await removeOverlays(world, engine.docker),
  ]);
  const { removed, found } = runs;
  const { overlays } = kept;
  const failures = [...runs.failures, ...kept.failures];
  if (options.plain.json)
    world.streams.stdout.write(`${showAsJson({ removed, failures, overlays })}\n`);
  else {
    const notes = [
      ...(removed.length > 0 ? [`cleaned up after ${removed.join(', ')}`] : []),
      ...overlays.map(
        (root) =>
          `${showOnOneLine(root)} is gone: removed what containers had kept of it (overlay)`,
      ),
    ];
    if (notes.length === 0 && failures.length === 0) notes.push('nothing to clean');
    for (const text of notes) world.emit({ type: 'note', text });
    for (const text of found) world.emit({ type: 'warning', text });
    for (const failure of failures) world.emit({ type: 'warning', text: failure });
  }
  return failures.length === 0 ? exitCodes.ok : exitCodes.failed;
};
