// The story of an image: there already, or made from its base and its templates, by one `ai` at a time.

import path from 'node:path';
import { provideBase } from './base.ts';
import { buildImage } from './build.ts';
import { hasImage } from './engine-images.ts';
import { areKept, keepFiles } from './image-files.ts';
import { asOnlyBuilder } from './only-builder.ts';
import type { ImageRequest, ImageServices } from './request.ts';

/**
 * Makes sure that the engine has the image and the host the files of it that runs need. Does nothing where both are so.
 * @throws AiError AI_BASE_UNREACHABLE, AI_BASE_FAILED, AI_IMAGE_BUILD_FAILED, AI_ENGINE_REFUSED, AI_STATE_UNWRITABLE,
 *   AI_INTERRUPTED
 */
export async function ensureImage(request: ImageRequest, services: ImageServices): Promise<void> {
  const { docker } = services;
  const { tag, base, filesDirectory: directory } = request;
  if ((await hasImage(docker, tag)) && areKept(directory)) return;

  await asOnlyBuilder(path.dirname(directory), services, async (record) => {
    const isThere = await hasImage(docker, tag);
    if (!isThere) await buildImage(request, await provideBase(base, services), record, services);
    if (!isThere || !areKept(directory))
      await keepFiles(docker, { image: tag, directory, build: record.build });
  });
}
