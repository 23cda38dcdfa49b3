// Removes what a build leaves in the engine beside its image: stages, and what an end before the end has left of them.

import { setTimeout as wait } from 'node:timers/promises';
import type Docker from 'dockerode';

/** Milliseconds that an engine gets to end the step of an interrupted build. */
const patience = 10_000;
const pause = 150;
/** How often in a row there has to be nothing left of a build that broke off. */
const quietLooks = 4;

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
  // An engine notices late that nobody waits for a build, and may finish a step meanwhile: look until it is quiet.
  const looks = succeeded ? 1 : quietLooks;
  const deadline = Date.now() + patience;
  for (let quiet = 0; quiet < looks && Date.now() < deadline;) {
    const found = await Promise.all(labels.map((label) => removeImagesWith(docker, label)));
    const running = succeeded ? 0 : await countContainers(docker, build);
    quiet = running === 0 && found.every((count) => count === 0) ? quiet + 1 : 0;
    if (quiet < looks) await wait(pause);
  }
}

/** How many there were. One that a container of the interrupted step still uses is tried again with the next look. */
async function removeImagesWith(docker: Docker, label: string): Promise<number> {
  try {
    const filters = { label: [label], dangling: ['true'] };
    const images = await docker.listImages({ filters });
    await Promise.all(images.map(({ Id }) => removeImage(docker, Id)));
    return images.length;
  } catch {
    return 0;
  }
}

async function countContainers(docker: Docker, build: string): Promise<number> {
  const filters = { label: [`ai.build=${build}`] };
  return docker.listContainers({ all: true, filters }).then(
    (containers) => containers.length,
    () => 0,
  );
}

async function removeImage(docker: Docker, name: string): Promise<void> {
  try {
    await docker.getImage(name).remove();
  } catch {
    // In use, or gone already.
  }
}
