// Removes what a build leaves in the engine beside its image: stages, and what an end before the end has left of them.

import { setTimeout as wait } from 'node:timers/promises';
import type Docker from 'dockerode';
import { engineStatus } from './engine-stream.ts';

/** Milliseconds that an engine gets to end the step of an interrupted build. */
const patience = 10_000;
const pause = 100;

/** Takes the temporary name of a build away; the image stays if it has another one. */
export async function removeBuildTag(docker: Docker, tag: string): Promise<void> {
  await removeImage(docker, tag);
}

/** Removes the containers of a build: of its steps, and the one that files are read from. */
export async function removeContainers(docker: Docker, build: string): Promise<void> {
  const filters = { label: [`ai.build=${build}`] };
  for (const { Id } of await docker.listContainers({ all: true, filters }))
    await docker.getContainer(Id).remove({ force: true });
}

/**
 * Removes the stages of this build that nothing is made of. `build` is in the label of the stage that downloads. A failed
 * build takes the stage with the tools along, which another build shares only if something is made of it already.
 * Failures to tidy up are not worth an error.
 */
export async function removeLeftovers(
  docker: Docker,
  build: string,
  succeeded: boolean,
): Promise<void> {
  const labels = [`ai.build=${build}`, ...(succeeded ? [] : ['ai.stage=tools'])];
  const deadline = Date.now() + patience;
  for (const label of labels) {
    for (;;) {
      const removed = await removeImagesWith(docker, label).catch(() => 'done' as const);
      if (removed === 'done' || Date.now() > deadline) break;
      await wait(pause);
    }
  }
}

/** An image that is in use is tried again: by a container of the interrupted step, which the engine is about to remove. */
async function removeImagesWith(docker: Docker, label: string): Promise<'done' | 'busy'> {
  const images = await docker.listImages({ filters: { label: [label], dangling: ['true'] } });
  const busy = await Promise.all(images.map(({ Id }) => removeImage(docker, Id)));
  return busy.includes('busy') ? 'busy' : 'done';
}

async function removeImage(docker: Docker, name: string): Promise<'done' | 'busy'> {
  try {
    await docker.getImage(name).remove();
    return 'done';
  } catch (error) {
    return engineStatus(error) === 409 ? 'busy' : 'done';
  }
}
