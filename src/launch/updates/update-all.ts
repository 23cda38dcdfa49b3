// Updates of several assistants, one after the other: where each is used, in its image, on this machine, or both.

import { AiError, isAiError } from '../../base/errors.ts';
import type { Settings } from '../../settings/schema.ts';
import { withEngine } from '../reach-engine.ts';
import { engineEndpoint } from '../services.ts';
import type { World } from '../world.ts';
import type { Judged } from './ask-newest.ts';
import { isInstalledHere, updateNative } from './update-native.ts';
import { updatePackage } from './update-package.ts';

/** `error`: what was there before stays. */
export type Updated = { target: Judged; reached?: string } | { target: Judged; error: AiError };

/**
 * Those that are newer; the others are left alone. One that fails does not keep the others from theirs.
 * @throws AiError AI_INTERRUPTED, and what keeps us from the engine
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
    const update = async (): Promise<Updated> => {
      const { newest } = target.verdict;
      const isNative = isInstalledHere(world, target);
      if (isNative) await updateNative(world, target, newest, interrupt);
      if (way === 'none' || (settings.native && isNative)) return { target };
      const { reached } = await withEngine(world, settings, ({ docker }) =>
        updatePackage(world, target, newest, { docker, settings, interrupt }),
      );
      return { target, reached };
    };
    all.push(await update().catch(asFailed(target)));
  }
  return all;
}

const asFailed =
  (target: Judged) =>
  (error: unknown): Updated => {
    if (!(error instanceof AiError) || isAiError(error, 'AI_INTERRUPTED')) throw error;
    return { target, error: error as AiError };
  };

/** Before anything is done. An engine that is not there is no trouble where all of them are installed on this machine. */
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
    if (targets.every((target) => isInstalledHere(world, target))) return 'none';
    throw error;
  }
}
