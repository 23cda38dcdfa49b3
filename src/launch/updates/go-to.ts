// To another version that the user has chosen, and no further: a pin, or the way back.

import { AiError, isAiError } from '../../base/errors.ts';
import { changeVersions } from '../../images/change-versions.ts';
import { hasImage } from '../../images/engine-images.ts';
import { switchTo } from '../../images/version-changes.ts';
import {
  chosenVersion,
  readVersions,
  type PackageVersion,
  type Versions,
} from '../../images/versions.ts';
import { readHost } from '../../read/host-facts.ts';
import type { Settings } from '../../settings/schema.ts';
import { provideImage, servicesOf } from '../image-services.ts';
import { lookAtImage } from '../look.ts';
import { withEngine } from '../reach-engine.ts';
import type { World } from '../world.ts';
import { imagesIn } from './chosen.ts';
import { keepLock, type PackageTarget } from './update-package.ts';

export interface Going {
  to: PackageVersion;
  /** Make its image now where it is not there. */
  build: boolean;
  interrupt: AbortSignal;
}

/** Whether the version's image is there already, was made just now, or is made by the next run. */
export type ImageThere = 'there' | 'built' | 'later';

/** @throws AiError where its image cannot be made: then all stays as it was */
export async function goTo(
  world: World,
  settings: Settings,
  target: PackageTarget,
  { to, build, interrupt }: Going,
): Promise<{ from: string; image: ImageThere }> {
  const { program, assistant } = target;
  const images = imagesIn(world);
  const change = (versions: Versions): Versions =>
    switchTo(versions, program, to, { pinned: true });
  const before = readVersions(images);
  const from = chosenVersion(program, before).version;
  keepLock(world, target);
  const image = lookAtImage(world, assistant, settings, change(before));
  const provide = (): Promise<ImageThere> =>
    withEngine(world, settings, async ({ docker }) => {
      if (await hasImage(docker, image.tag)) return 'there';
      if (!build) return 'later';
      const { caFiles } = readHost(world.environment, settings);
      const services = servicesOf(world, docker, interrupt);
      await provideImage(
        world,
        { assistant, settings, image, caFiles, project: undefined },
        services,
      );
      return 'built';
    });
  const there = settings.native ? 'later' : await provide().catch(withoutEngine);
  await changeVersions(images, change, interrupt, world.emit);
  return { from, image: there };
}

/** Then its next start makes the image, wherever that is. */
function withoutEngine(error: unknown): ImageThere {
  const isOutOfReach =
    isAiError(error, 'AI_ENGINE_MISSING') ||
    isAiError(error, 'AI_ENGINE_UNREACHABLE') ||
    isAiError(error, 'AI_ENGINE_PERMISSION');
  if (error instanceof AiError && isOutOfReach) return 'later';
  throw error;
}
