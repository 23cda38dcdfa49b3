// A newer base under the same name: pulled, built on and tried out, and only then the one that images are built on from now on.

import { digestFor } from '../../base/image-name.ts';
import { changeVersions } from '../../images/change-versions.ts';
import { findImage } from '../../images/engine-images.ts';
import { wantedPlatform } from '../../images/platform.ts';
import { pullImage } from '../../images/pull.ts';
import { readVersions, type Versions } from '../../images/versions.ts';
import type { Settings } from '../../settings/schema.ts';
import { servicesOf } from '../image-services.ts';
import { withEngine } from '../reach-engine.ts';
import type { World } from '../world.ts';
import { chosenHere, imagesIn } from './chosen.ts';
import { provideTried, type PackageTarget } from './update-package.ts';

/**
 * Does nothing where no registry has named the base by its digest: then it was made here, or is nobody else's.
 * @returns false where there is no newer one
 * @throws AiError AI_UPDATE_FAILED, AI_IMAGE_BUILD_FAILED, AI_INTERRUPTED, …: then the base of before stays
 */
export async function updateBase(
  world: World,
  settings: Settings,
  targets: readonly PackageTarget[],
  interrupt: AbortSignal,
): Promise<boolean> {
  const images = imagesIn(world);
  const base = settings['image.base'];
  const known = readVersions(images).bases[base];
  if (known === undefined || targets.length === 0 || settings.native) return false;
  return withEngine(world, settings, async ({ docker }) => {
    const platform = wantedPlatform(world.environment);
    const services = servicesOf(world, docker, interrupt);
    // Where the registry is out of reach, that has been said.
    if (!(await pullImage(base, services, { platform })).pulled) return false;
    const digest = digestFor(base, (await findImage(docker, base))?.RepoDigests ?? []);
    if (digest === undefined || digest === known) return false;
    const change = (versions: Versions): Versions => ({
      ...versions,
      bases: { ...versions.bases, [base]: digest },
    });
    for (const target of targets) {
      const { version } = chosenHere(world, target.program);
      await provideTried(world, target, { docker, settings, interrupt, version, change });
    }
    await changeVersions(images, change, interrupt);
    return true;
  });
}
