// The image that ours are built on: the one that is here, the one that a registry has, or one made on this machine.

import { baseImage } from '../base/base-image.ts';
import { AiError } from '../base/errors.ts';
import { hasImage } from './engine-images.ts';
import { madeBaseTag, makeBase } from './make-base.ts';
import { pullImage } from './pull.ts';
import type { ImageServices } from './request.ts';

/**
 * Makes sure that there is a base and returns the name to build on.
 * Only the default base has a stand-in: who names another one gets that or an error.
 * @throws AiError AI_BASE_UNREACHABLE, AI_BASE_FAILED, AI_ENGINE_REFUSED, AI_INTERRUPTED
 */
export async function provideBase(image: string, services: ImageServices): Promise<string> {
  const { docker, confirm } = services;
  if (await hasImage(docker, image)) return image;
  const result = await pullImage(image, services);
  if (result.pulled) return image;

  const unreachable = new AiError('AI_BASE_UNREACHABLE', { image, cause: result.cause });
  if (image !== baseImage) throw unreachable;
  if (await hasImage(docker, madeBaseTag)) return madeBaseTag;
  if (!(await confirm(question(image)))) throw unreachable;
  await makeBase(services);
  return madeBaseTag;
}

const question = (image: string): string =>
  `Make ${image} here instead, from Debian’s packages and npm’s Node?`;
