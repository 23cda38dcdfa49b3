// The story of an image: there already, or made from its base and its templates, by one `ai` at a time.

import path from 'node:path';
import { ensureDirectory } from '../host/files.ts';
import { pathsBetween, removeEmpty } from '../host/made-directories.ts';
import { provideBase } from './base.ts';
import { clearDeadBuilds, closeRecord, openRecord } from './build-record.ts';
import { buildImage } from './build.ts';
import { hasImage } from './engine-images.ts';
import { areKept, keepFiles } from './image-files.ts';
import { acquireLock } from './lock.ts';
import type { ImageRequest, ImageServices } from './request.ts';

/**
 * Makes sure that the engine has the image and the host the files of it that runs need. Does nothing where both are so.
 * @throws AiError AI_BASE_UNREACHABLE, AI_BASE_FAILED, AI_IMAGE_BUILD_FAILED, AI_ENGINE_REFUSED, AI_STATE_UNWRITABLE,
 *   AI_INTERRUPTED
 */
export async function ensureImage(request: ImageRequest, services: ImageServices): Promise<void> {
  const { docker, emit, interrupt } = services;
  const { tag, base, filesDirectory } = request;
  if ((await hasImage(docker, tag)) && areKept(filesDirectory)) return;

  const imagesDirectory = path.dirname(filesDirectory);
  const outermost = ensureDirectory(imagesDirectory);
  const release = await acquireLock(path.join(imagesDirectory, 'build.lock'), {
    interrupt,
    onWait: () => {
      emit({ type: 'note', text: 'another `ai` is making an image: waiting for it' });
    },
  });
  try {
    await clearDeadBuilds(docker, imagesDirectory);
    const record = openRecord(imagesDirectory);
    try {
      const isThere = await hasImage(docker, tag);
      if (!isThere) await buildImage(request, await provideBase(base, services), record, services);
      if (!isThere || !areKept(filesDirectory))
        await keepFiles(docker, tag, filesDirectory, record.build);
    } finally {
      closeRecord(record);
    }
  } finally {
    release();
    // Without an image (no network, the user said no) nothing of the attempt stays.
    if (outermost !== undefined) removeEmpty(pathsBetween(outermost, imagesDirectory));
  }
}
