// The image of a run, wired to the engine: made or pulled where it is not there, with the files of it that the run needs.

import { existsSync } from 'node:fs';
import { isFromNpm } from '../assistants/assistant.ts';
import { path } from '../base/path.ts';
import type { Endpoint } from '../engines/docker/endpoint.ts';
import type { Engine } from '../engines/engine.ts';
import { foreignDirectory } from '../images/foreign-directory.ts';
import type { ImageServices } from '../images/request.ts';
import type { Facts } from '../plan/facts.ts';
import type { World } from './world.ts';

export interface RunImage {
  /** Directory with the image's own passwd, group and certificates. */
  files: () => string;
  /** @throws AiError */
  needFiles: () => Promise<void>;
  /** @throws AiError */
  ensure: () => Promise<void>;
}

export function runImage(
  world: World,
  facts: Facts,
  engine: Engine,
  { endpoint, interrupt }: { endpoint: Endpoint; interrupt: AbortSignal },
): RunImage {
  const { tag, foreign, files, project } = facts.image;
  let directory = files;
  const hasFiles = (): boolean => existsSync(path.join(directory, 'passwd'));
  const services = async (): Promise<ImageServices> => {
    const { openDocker } = await import('../engines/docker/library.ts');
    return servicesOf(world, await openDocker(endpoint), interrupt);
  };
  const ensure = async (): Promise<void> => {
    const { assistant, settings, image, project, host } = facts;
    const wanted = { assistant, settings, image, project, caFiles: host.caFiles };
    directory = await provideImage(world, wanted, await services());
  };
  return {
    files: () => directory,
    ensure,
    needFiles: async () => {
      // One question to the engine: nothing else is loaded where all is there already.
      const id = foreign && project === undefined ? await engine.imageId(tag) : undefined;
      if (id !== undefined) directory = foreignDirectory(files, id);
      if (!hasFiles()) await ensure();
    },
  };
}

export const servicesOf = (
  { emit, confirm, environment }: World,
  docker: ImageServices['docker'],
  interrupt: AbortSignal,
): ImageServices => ({ docker, emit, confirm, environment, interrupt });

export type ProvidedImage = Pick<Facts, 'assistant' | 'settings' | 'image'> &
  Pick<Facts['host'], 'caFiles'> & { project: Pick<Facts['project'], 'id'> | undefined };

/**
 * Makes the image of an assistant or a project, or pulls a ready one, where it is not there. What has changed since the last one
 * is said before.
 * @returns the directory with those of its files that runs need
 * @throws AiError
 */
export async function provideImage(
  world: Pick<World, 'templates' | 'stateDirectory' | 'environment' | 'emit'>,
  { project, ...wanted }: ProvidedImage,
  services: ImageServices,
): Promise<string> {
  const { image } = wanted;
  const { hasImage } = await import('../images/engine-images.ts');
  if (!(await hasImage(services.docker, image.tag))) {
    const { sayWhatChanges } = await import('./image-ingredients.ts');
    sayWhatChanges(world, { ...wanted, ...(project && { project }) });
  }
  if (image.project === undefined) return provideOwnImage(world, wanted, services);
  const { provideProjectImage } = await import('./provide-project-image.ts');
  const { parent } = image.project;
  return provideProjectImage(world, { ...wanted, project }, services, () => {
    const own = { ...wanted, image: { ...image, tag: parent.tag, files: parent.files } };
    return provideOwnImage(world, own, services);
  });
}

async function provideOwnImage(
  { templates }: Pick<World, 'templates'>,
  {
    assistant: { name, package: program },
    settings,
    image: { tag, version, lock, digest, platform, foreign, files },
    caFiles,
  }: Omit<ProvidedImage, 'project'>,
  services: ImageServices,
): Promise<string> {
  if (foreign !== undefined) {
    const { ensureForeignImage } = await import('../images/foreign.ts');
    return ensureForeignImage({ image: tag, assistant: name, imagesDirectory: files }, services);
  }
  if (!isFromNpm(program) || version === undefined)
    throw new Error(`${program.name} is no package of npm`);
  const { ensureImage } = await import('../images/ensure.ts');
  const request = {
    ...{ tag, package: program, version, lock, digest, platform, base: settings['image.base'] },
    ...{ templatesDirectory: templates, caFiles, filesDirectory: files },
  };
  await ensureImage(request, services);
  return files;
}
