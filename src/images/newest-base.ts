// What a base's name means in its registry now, for who wants to go on from an older one: `ai update`.

import { digestFor } from '../base/image-name.ts';
import { findImage } from './engine-images.ts';
import { wantedPlatform } from './platform.ts';
import { pullImage } from './pull.ts';
import type { ImageServices } from './request.ts';

export type NewestBase =
  /** Without a digest where no registry has it. */
  { reached: true; digest?: string } | { reached: false; cause: string };

/**
 * Pulls it. Nothing is built on it until its digest stands in versions.json (change-versions.ts). A name with a digest is what it is.
 * @throws AiError AI_ENGINE_REFUSED (no such image, no access), AI_INTERRUPTED
 */
export async function newestBase(name: string, services: ImageServices): Promise<NewestBase> {
  if (name.includes('@')) return { reached: true };
  const platform = wantedPlatform(services.environment);
  const result = await pullImage(name, services, { platform });
  if (!result.pulled) return { reached: false, cause: result.cause };
  const digest = digestFor(name, (await findImage(services.docker, name))?.RepoDigests ?? []);
  return { reached: true, ...(digest !== undefined && { digest }) };
}
