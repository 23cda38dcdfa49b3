// What is left of an update that came to nothing goes, as far as it is this process's own and nobody wants it by now.

import { rmSync } from 'node:fs';
import type Dockerode from 'dockerode';
import { engineStatus } from '../../images/engine-stream.ts';
import { asOnlyBuilder } from '../../images/only-builder.ts';
import { filesDirectoryOf } from '../../images/tag.ts';
import type { World } from '../world.ts';
import { imagesIn } from './chosen.ts';

export interface Attempt {
  /** That this process has given to images, and nobody else before. */
  made: readonly string[];
  /** Asked with the lock held: somebody else may have taken the same version meanwhile. */
  isWanted: (tag: string) => boolean;
}

/**
 * Waits for nobody: where another `ai` is making or trying out an image, it may be this one, and `ai image prune` finds what stays.
 * Failures to tidy up are not worth an error.
 */
export async function removeAttempt(
  world: Pick<World, 'stateDirectory' | 'environment' | 'confirm'>,
  docker: Dockerode,
  { made, isWanted }: Attempt,
): Promise<void> {
  if (made.length === 0) return;
  const images = imagesIn(world);
  const services = {
    ...{ docker, environment: world.environment, confirm: world.confirm, emit: () => undefined },
    interrupt: AbortSignal.abort(),
  };
  const remove = async (): Promise<void> => {
    for (const tag of made) {
      if (isWanted(tag)) continue;
      try {
        await docker.getImage(tag).remove();
      } catch (error) {
        // In use, or out of reach: its files have to stay as long as it does.
        if (engineStatus(error) !== 404) continue;
      }
      rmSync(filesDirectoryOf(images, tag), { recursive: true, force: true });
    }
  };
  await asOnlyBuilder(images, services, remove).catch(() => undefined);
}
