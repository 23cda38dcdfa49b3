// What goes on in the background once a day: a look for newer versions, and with `image.update: auto` the updates themselves.

import os from 'node:os';
import { AiError } from '../../base/errors.ts';
import { changeNewest, isDue, isRefused, readNewest } from '../../images/newest.ts';
import type { Settings } from '../../settings/schema.ts';
import type { World } from '../world.ts';
import { askNewest } from './ask-newest.ts';
import { imagesIn } from './chosen.ts';
import { targetsOf } from './targets.ts';
import { updateAll } from './update-all.ts';

/** Milliseconds for all of it. */
const patience = { manual: 120_000, auto: 1_800_000 };

/** Does nothing where the last time was not long ago. What goes wrong is tried again after an hour, and said to nobody. */
export async function lookDaily(world: World, settings: Settings): Promise<void> {
  const images = imagesIn(world);
  if (!settings.updateCheck || !isDue(readNewest(images), Date.now())) return;
  // Whatever ends it before its end, it has failed.
  changeNewest(images, (newest) => ({ ...newest, asked: Date.now(), failed: true }));
  beInNobodysWay();
  const how = settings['image.update'];
  const interrupt = AbortSignal.timeout(patience[how]);
  const targets = targetsOf(world, settings, 'here').filter((target) => target.kind === 'package');
  try {
    const { judged, failures } = await askNewest(world, targets, interrupt);
    // One package that nobody has must not have all of them asked for every hour.
    const failed = judged.length === 0 && failures.length > 0;
    changeNewest(images, (newest) => ({ ...newest, failed }));
    if (how === 'manual') return;
    const { packages } = readNewest(images);
    const wanted = judged.filter(
      ({ program, verdict }) => !isRefused(packages[program.name], verdict.newest, Date.now()),
    );
    await updateAll(world, settings, wanted, interrupt);
  } catch (error) {
    if (!(error instanceof AiError)) throw error;
    world.emit({ type: 'debug', text: `the daily look for newer versions: ${error.code}` });
  }
}

function beInNobodysWay(): void {
  try {
    os.setPriority(os.constants.priority.PRIORITY_LOW);
  } catch {
    // Not to be had here.
  }
}
