// The few questions about images that the making of one asks the engine.

import type Docker from 'dockerode';
import { engineFailure, engineStatus } from './engine-stream.ts';

/** True if the engine has an image of that name. */
export const hasImage = async (docker: Docker, name: string): Promise<boolean> =>
  (await findImage(docker, name)) !== undefined;

/** What the engine says of an image, or undefined where it has none of that name. @throws AiError AI_ENGINE_REFUSED */
export async function findImage(
  docker: Docker,
  name: string,
): Promise<Docker.ImageInspectInfo | undefined> {
  try {
    return await docker.getImage(name).inspect();
  } catch (error) {
    if (engineStatus(error) === 404) return undefined;
    throw engineFailure(`look for the image ${name}`, error);
  }
}

/** True if there is any tagged image of that assistant. */
export async function hasImageOf(docker: Docker, assistant: string): Promise<boolean> {
  const filters = { label: [`ai.image=${assistant}`], dangling: ['false'] };
  return (await docker.listImages({ filters })).length > 0;
}

/**
 * Gives an image a name. `name` has the form `repository:tag`.
 * @throws AiError AI_ENGINE_REFUSED
 */
export async function tagImage(docker: Docker, image: string, name: string): Promise<void> {
  const colon = name.lastIndexOf(':');
  try {
    await docker.getImage(image).tag({ repo: name.slice(0, colon), tag: name.slice(colon + 1) });
  } catch (error) {
    throw engineFailure(`name the image ${name}`, error);
  }
}
