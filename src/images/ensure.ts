// The story of an image: there already, or made from its base and its templates, by one `ai` at a time.

import { path } from '../base/path.ts';
import { provideBase } from './base.ts';
import { buildImage } from './build.ts';
import { checkPlatform } from './check-platform.ts';
import { hasImage, tagImage } from './engine-images.ts';
import { areKept, keepFiles } from './image-files.ts';
import { found, remember } from './first-build.ts';
import { asOnlyBuilder } from './only-builder.ts';
import type { BuildRecord } from './build-record.ts';
import type { ImageRequest, ImageServices } from './request.ts';
import { filesDirectoryOf, imageTag } from './tag.ts';
import { readTemplates } from './templates.ts';

/**
 * Makes sure that the engine has the image and the host the files of it that runs need. Does nothing where both are so.
 * @throws AiError AI_BASE_UNREACHABLE, AI_BASE_FAILED, AI_IMAGE_BUILD_FAILED, AI_IMAGE_PLATFORM, AI_ENGINE_REFUSED, AI_STATE_UNWRITABLE,
 *   AI_INTERRUPTED
 */
export async function ensureImage(request: ImageRequest, services: ImageServices): Promise<void> {
  const { docker, fresh } = services;
  const { tag, filesDirectory: directory } = request;
  if (!fresh && (await hasImage(docker, tag)) && areKept(directory)) return;

  await asOnlyBuilder(path.dirname(directory), services, async (record) => {
    const { build } = record;
    const wasThere = await hasImage(docker, tag);
    const isThere = !fresh && wasThere;
    if (isThere && areKept(directory)) return;
    const known = isThere
      ? await remember(request, undefined, record, services)
      : await make(request, record, services);
    if (!wasThere) services.onNamed?.(tag);
    const exact = exactTag(known);
    const directories = [directory];
    if (exact !== tag) {
      if (!(await hasImage(docker, exact))) services.onNamed?.(exact);
      // The next run knows it by this name.
      await tagImage(docker, tag, exact);
      directories.push(filesDirectoryOf(path.dirname(directory), exact));
    }
    await keepFiles(docker, { image: tag, directories, build });
  });
}

/** @returns what the image is made of exactly: the first build of a version, or on a base, finds out what nobody could say before */
async function make(
  request: ImageRequest,
  record: BuildRecord,
  services: ImageServices,
): Promise<ImageRequest> {
  const { docker, fresh } = services;
  const { tag, base, platform } = request;
  // Another `ai` may have found out while we waited.
  const known = found(request);
  const other = exactTag(known);
  if (!fresh && other !== tag && (await hasImage(docker, other))) {
    await tagImage(docker, other, tag);
    return known;
  }
  const provided = await provideBase({ name: base, digest: known.digest, platform }, services);
  await checkPlatform(
    { image: provided.from, setting: 'image.base', build: record.build },
    services,
  );
  await buildImage(known, provided, record, services);
  return remember(known, provided.digest, record, services);
}

const exactTag = (request: ImageRequest): string =>
  imageTag({ ...request, templates: readTemplates(request.templatesDirectory) });
