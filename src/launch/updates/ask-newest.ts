// Asks the registry for the newest version of each package, and remembers what it says.

import { ensureDirectory } from '../../host/files.ts';
import { changeNewest, withFound } from '../../images/newest.ts';
import { askPublished } from '../../images/published.ts';
import { judgeUpdate, type Verdict } from '../../images/version-changes.ts';
import { readVersions } from '../../images/versions.ts';
import type { World } from '../world.ts';
import { imagesIn } from './chosen.ts';
import type { PackageTarget } from './update-package.ts';

export type Judged = PackageTarget & { verdict: Verdict };

/**
 * All at once: most of the time is the registry's.
 * @throws AiError AI_REGISTRY_UNREACHABLE, AI_INTERRUPTED
 */
export async function askNewest(
  world: World,
  targets: readonly PackageTarget[],
  interrupt: AbortSignal,
): Promise<readonly Judged[]> {
  const images = imagesIn(world);
  ensureDirectory(images);
  const versions = readVersions(images);
  const options = { environment: world.environment, cwd: images, interrupt };
  const judged = await Promise.all(
    targets.map(async (target): Promise<Judged> => {
      const { program } = target;
      const verdict = judgeUpdate(program, versions, await askPublished(program.npm, options));
      return { ...target, verdict };
    }),
  );
  changeNewest(images, (before) =>
    judged.reduce(
      (newest, { program, verdict }) =>
        verdict.what === 'set' ? newest : withFound(newest, program.name, verdict.newest),
      before,
    ),
  );
  return judged;
}
