// A ready image of somebody else's: there already, or pulled; and what runs need of its files, kept by the image's id.

import type Docker from 'dockerode';
import { AiError, isAiError } from '../base/errors.ts';
import { checkPlatform } from './check-platform.ts';
import { hasImage } from './engine-images.ts';
import { engineFailure, engineStatus } from './engine-stream.ts';
import { foreignDirectory } from './foreign-directory.ts';
import { areKept, keepFiles } from './image-files.ts';
import { asOnlyBuilder } from './only-builder.ts';
import { wantedPlatform } from './platform.ts';
import { pullImage } from './pull.ts';
import type { ImageServices } from './request.ts';

export interface ForeignRequest {
  image: string;
  /** Whose it is, for people. */
  assistant: string;
  imagesDirectory: string;
}

/**
 * Makes sure that the engine has the image and the host the files of it that runs need.
 * @returns the directory of these
 * @throws AiError AI_IMAGE_MISSING, AI_IMAGE_UNFIT, AI_IMAGE_PLATFORM, AI_ENGINE_REFUSED, AI_STATE_UNWRITABLE, AI_INTERRUPTED
 */
export async function ensureForeignImage(
  { image, assistant, imagesDirectory }: ForeignRequest,
  services: ImageServices,
): Promise<string> {
  const { docker } = services;
  if (!(await hasImage(docker, image))) await pull(image, assistant, services);
  const { Id: id } = await docker.getImage(image).inspect();
  const directory = foreignDirectory(imagesDirectory, id);
  if (areKept(directory)) return directory;
  await asOnlyBuilder(imagesDirectory, services, ({ build }) =>
    keepFiles(docker, { image: id, directories: [directory], build }, async (container) => {
      await checkShell(container, image, assistant);
      await checkPlatform({ image, setting: `assistants.${assistant}.image`, build }, services);
    }),
  );
  return directory;
}

/** @throws AiError AI_IMAGE_MISSING */
async function pull(image: string, assistant: string, services: ImageServices): Promise<void> {
  const missing = (cause: string): AiError =>
    new AiError('AI_IMAGE_MISSING', { image, assistant, cause });
  try {
    const result = await pullImage(image, services, {
      what: 'image',
      platform: wantedPlatform(services.environment),
    });
    if (!result.pulled) throw missing(result.cause);
  } catch (error) {
    throw isAiError(error, 'AI_ENGINE_REFUSED') ? missing(error.facts.message) : error;
  }
}

/** The first process is a program for it. */
async function checkShell(
  container: Docker.Container,
  image: string,
  assistant: string,
): Promise<void> {
  try {
    await container.infoArchive({ path: '/bin/sh' });
  } catch (error) {
    throw engineStatus(error) === 404
      ? new AiError('AI_IMAGE_UNFIT', { image, assistant, why: 'there is no /bin/sh in it' })
      : engineFailure(`look into ${image}`, error);
  }
}
