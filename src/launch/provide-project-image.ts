// A project's own image, made where it is not there: never from what the user has not agreed to.

import { AiError } from '../base/errors.ts';
import { ensureProjectImage } from '../images/project-image.ts';
import type { ImageServices } from '../images/request.ts';
import type { ProvidedImage } from './image-services.ts';
import { lookAtImage } from './look.ts';
import { readProjectTemplates } from './look-project-image.ts';
import type { World } from './world.ts';

/**
 * @param provideParent makes sure of the assistant's image
 * @returns the directory with those of its files that runs need
 * @throws AiError AI_IMAGE_UNTRUSTED, and those of `ensureProjectImage`
 */
export async function provideProjectImage(
  world: Pick<World, 'templates' | 'stateDirectory' | 'environment' | 'emit'>,
  { assistant: whose, settings, image, caFiles, project }: ProvidedImage,
  services: ImageServices,
  provideParent: () => Promise<unknown>,
): Promise<string> {
  const { name: assistant } = whose;
  const { templates, emit } = world;
  const { project: own, files, version } = image;
  if (own === undefined) throw new Error('the project has no image of its own');
  if (own.unagreed.length > 0) {
    const names = own.unagreed.map(({ name }) => name);
    throw new AiError('AI_IMAGE_UNTRUSTED', { names, assistant });
  }
  if (own.unused.length > 0)
    emit({
      type: 'note',
      text: `of the devcontainer only its image counts, not: ${own.unused.join(', ')}`,
    });
  const request = {
    ...{ assistant, project: project?.id ?? '', parent: own.parent.tag, version },
    ...{ isForeign: image.foreign !== undefined, steps: own.steps, caFiles },
    ...{ templates: readProjectTemplates(templates), filesDirectory: files },
    parentNow: () => lookAtImage(world, whose, settings).tag,
  };
  await ensureProjectImage(request, services, provideParent);
  return files;
}
