// A newer base under the same name: pulled, built on and tried out, and only then the one that images are built on from now on.

import { AiError, isAiError } from '../../base/errors.ts';
import { changeVersions } from '../../images/change-versions.ts';
import { newestBase } from '../../images/newest-base.ts';
import { readVersions, type Versions } from '../../images/versions.ts';
import type { Settings } from '../../settings/schema.ts';
import { servicesOf } from '../image-services.ts';
import { withEngine } from '../reach-engine.ts';
import type { World } from '../world.ts';
import { chosenHere, imagesIn } from './chosen.ts';
import { hasImageHere, targetsOf } from './targets.ts';
import { provideTried, type PackageTarget } from './update-package.ts';

/** Digests. */
export interface MovedBase {
  name: string;
  from: string;
  to: string;
}

/**
 * Does nothing where no registry has named the base by its digest: then it was made here, or is nobody else's. All that have an image
 * here are tried out on it, for one base is everybody's.
 * @returns undefined where there is no newer one
 * @throws AiError AI_UPDATE_FAILED, AI_IMAGE_BUILD_FAILED, AI_INTERRUPTED, …: then the base of before stays
 */
export async function updateBase(
  world: World,
  settings: Settings,
  targets: readonly PackageTarget[],
  interrupt: AbortSignal,
): Promise<MovedBase | undefined> {
  const images = imagesIn(world);
  const name = settings['image.base'];
  const from = readVersions(images).bases[name];
  if (from === undefined || targets.length === 0 || settings.native) return undefined;
  return withEngine(world, settings, async ({ docker }) => {
    const newest = await newestBase(name, servicesOf(world, docker, interrupt));
    // Where the registry is out of reach, that has been said.
    if (!newest.reached || newest.digest === undefined || newest.digest === from) return undefined;
    const to = newest.digest;
    const change = (versions: Versions): Versions => ({
      ...versions,
      bases: { ...versions.bases, [name]: to },
    });
    for (const target of everybodyOn(world, settings, targets)) {
      const { version } = chosenHere(world, target.program);
      const trial = { docker, settings, interrupt, version, change };
      await provideTried(world, target, trial).catch(throwOfBase(name));
    }
    await changeVersions(images, change, interrupt);
    return { name, from, to };
  });
}

/** Those that the update is about, and whoever else has an image here. */
export function everybodyOn(
  world: Pick<World, 'stateDirectory'>,
  settings: Settings,
  targets: readonly PackageTarget[],
): readonly PackageTarget[] {
  const isNew = ({ program }: PackageTarget): boolean =>
    targets.every(({ program: other }) => other.name !== program.name || other.npm !== program.npm);
  const others = targetsOf(world, settings, 'here')
    .filter((target) => target.kind === 'package')
    .filter((target) => hasImageHere(world, target) && isNew(target));
  return [...targets, ...others];
}

const throwOfBase =
  (base: string) =>
  (error: unknown): never => {
    if (!isAiError(error, 'AI_UPDATE_FAILED')) throw error;
    throw new AiError('AI_UPDATE_FAILED', { ...error.facts, base });
  };
