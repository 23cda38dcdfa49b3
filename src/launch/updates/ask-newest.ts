// Asks the registry for the newest version of each package, and remembers what it says.

import { AiError, isAiError } from '../../base/errors.ts';
import { ensureDirectory } from '../../host/files.ts';
import { changeNewest, withFound } from '../../images/newest.ts';
import { askPublished } from '../../images/published.ts';
import { judgeUpdate, type Verdict } from '../../images/version-changes.ts';
import { readVersions } from '../../images/versions.ts';
import type { World } from '../world.ts';
import { imagesIn } from './chosen.ts';
import type { PackageTarget } from './update-package.ts';

export type Judged = PackageTarget & { verdict: Verdict };

export interface Answers {
  judged: readonly Judged[];
  /** AI_REGISTRY_UNREACHABLE, of those that nothing could be found out about: they stay as they are. */
  failures: readonly AiError[];
}

/**
 * All at once: most of the time is the registry's. One that is not to be had keeps no other from its answer.
 * @throws AiError AI_INTERRUPTED
 */
export async function askNewest(
  world: World,
  targets: readonly PackageTarget[],
  interrupt: AbortSignal,
): Promise<Answers> {
  const images = imagesIn(world);
  ensureDirectory(images);
  const versions = readVersions(images);
  const options = { environment: world.environment, cwd: images, interrupt };
  const ask = async (target: PackageTarget): Promise<Judged> => {
    const { program } = target;
    const verdict = judgeUpdate(program, versions, await askPublished(program.npm, options));
    return { ...target, verdict };
  };
  const answers = await Promise.all(targets.map((target) => ask(target).catch(asFailure)));
  const judged = answers.filter((one): one is Judged => !(one instanceof AiError));
  const failures = answers.filter((one): one is AiError => one instanceof AiError);
  changeNewest(images, (before) =>
    judged.reduce(
      (newest, { program, verdict }) =>
        verdict.what === 'set' ? newest : withFound(newest, program.name, verdict.newest),
      before,
    ),
  );
  return { judged, failures };
}

function asFailure(error: unknown): AiError {
  if (!isAiError(error, 'AI_REGISTRY_UNREACHABLE')) throw error;
  return error as AiError;
}
