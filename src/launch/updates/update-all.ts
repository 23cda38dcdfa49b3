// Updates of several assistants, one after the other: where each is used, in its image, on this machine, or both.

import { AiError } from '../../base/errors.ts';
import type { Settings } from '../../settings/schema.ts';
import { withEngine } from '../reach-engine.ts';
import { engineEndpoint } from '../services.ts';
import type { World } from '../world.ts';
import type { Judged } from './ask-newest.ts';
import type { SidesDone } from './both-sides.ts';
import { hasImageHere } from './targets.ts';
import { isInstalledHere } from './update-native.ts';
import { updatePackage } from './update-package.ts';

/** `error`: what was there before stays. */
export type Updated = ({ target: Judged } & SidesDone) | { target: Judged; error: AiError };

/**
 * Those that are newer; the others are left alone. One that fails does not keep the others from theirs.
 * @throws AiError what keeps us from the engine
 */
export async function updateAll(
  world: World,
  settings: Settings,
  judged: readonly Judged[],
  interrupt: AbortSignal,
): Promise<readonly Updated[]> {
  const wanted = judged.filter(({ verdict }) => verdict.what === 'newer');
  const all: Updated[] = [];
  const inImages = wanted.filter((target) => !settings.native || !isInstalledHere(world, target));
  const way = inImages.length === 0 ? 'none' : await wayToEngine(world, settings, inImages);
  for (const target of wanted) {
    // What was done until then is told all the same.
    if (interrupt.aborted) break;
    const update = async (): Promise<Updated> => {
      const isInstalled = isInstalledHere(world, target);
      const how = { settings, interrupt, isInstalled };
      const done =
        way === 'none' || (settings.native && isInstalled)
          ? await updatePackage(world, target, how)
          : await withEngine(world, settings, ({ docker }) =>
              updatePackage(world, target, { ...how, docker }),
            );
      return { target, ...done };
    };
    all.push(await update().catch(asFailed(target)));
  }
  return all;
}

const asFailed =
  (target: Judged) =>
  (error: unknown): Updated => {
    if (!(error instanceof AiError)) throw error;
    return { target, error: error as AiError };
  };

/**
 * Before anything is done. An engine that is not there is no trouble where all of them are on this machine alone; an image would
 * get the new version, too, and nobody could have tried it out.
 */
async function wayToEngine(
  world: World,
  settings: Settings,
  targets: readonly Judged[],
): Promise<'engine' | 'none'> {
  try {
    // A launch would end there, and so would the start that tries the image out.
    engineEndpoint(world, settings);
    await withEngine(world, settings, () => Promise.resolve());
    return 'engine';
  } catch (error) {
    const isAlone = (target: Judged): boolean =>
      isInstalledHere(world, target) && !hasImageHere(world, target);
    if (targets.every(isAlone)) return 'none';
    throw error;
  }
}
