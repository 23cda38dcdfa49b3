// Ready images of somebody else's are pulled anew: their registry knows whether they have changed.

import { AiError, isAiError } from '../../base/errors.ts';
import { wantedPlatform } from '../../images/platform.ts';
import { pullImage } from '../../images/pull.ts';
import type { Settings } from '../../settings/schema.ts';
import { servicesOf } from '../image-services.ts';
import { withEngine } from '../reach-engine.ts';
import type { World } from '../world.ts';
import type { Target } from './targets.ts';

export type Pulled = { assistant: string; image: string } & (
  { changed: boolean } | { error: AiError }
);

/** @throws AiError what keeps us from the engine */
export async function pullReady(
  world: World,
  settings: Settings,
  targets: readonly Target[],
  interrupt: AbortSignal,
): Promise<readonly Pulled[]> {
  const ready = targets.filter((target) => target.kind === 'ready');
  if (ready.length === 0) return [];
  return withEngine(world, settings, async ({ docker }) => {
    const idOf = (image: string): Promise<string | undefined> =>
      docker
        .getImage(image)
        .inspect()
        .then(
          ({ Id: id }) => id,
          () => undefined,
        );
    const all: Pulled[] = [];
    for (const { image, assistant } of ready) {
      if (interrupt.aborted) break;
      const { name } = assistant;
      const missing = (cause: string): AiError =>
        new AiError('AI_IMAGE_MISSING', { image, assistant: name, cause });
      const pull = async (): Promise<Pulled> => {
        const before = await idOf(image);
        const result = await pullImage(image, servicesOf(world, docker, interrupt), {
          ...{ what: 'image', platform: wantedPlatform(world.environment) },
        });
        if (!result.pulled) throw missing(result.cause);
        return { assistant: name, image, changed: (await idOf(image)) !== before };
      };
      all.push(
        await pull().catch((error: unknown): Pulled => {
          if (!(error instanceof AiError)) throw error;
          const refused = isAiError(error, 'AI_ENGINE_REFUSED');
          const told = refused ? missing(error.facts.message) : (error as AiError);
          return { assistant: name, image, error: told };
        }),
      );
    }
    return all;
  });
}
