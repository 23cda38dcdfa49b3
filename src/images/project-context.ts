// What is sent to build a project's Dockerfile: the files as the user has agreed to them, and nothing that came since.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AiError, isAiError } from '../base/errors.ts';
import { quoteForShell } from '../base/quote.ts';
import { copyContext, digestOf } from '../host/context-files.ts';
import type { DockerfileBuild, ProjectStep } from '../plan/project-image-facts.ts';
import { buildTagged, type BuildInput } from './build.ts';
import type { BuildRecord } from './build-record.ts';
import { hasImage } from './engine-images.ts';
import { pullImage } from './pull.ts';
import type { ImageServices } from './request.ts';

/** No file of a project's is called so. */
const dockerfileName = 'ai-in-docker.Dockerfile';

/**
 * Copies the context, checked against its hash.
 * @throws AiError AI_IMAGE_SOURCE where it is not the same any more
 */
export function fillDockerfile(
  { text, context: { directory, names, digest }, args, target }: DockerfileBuild,
  place: string,
  more: Readonly<Record<string, string>> = {},
): BuildInput {
  const copied = copyContext(directory, names, place);
  if (digestOf(copied) !== digest)
    throw new AiError('AI_IMAGE_SOURCE', {
      file: directory,
      why: 'something in it changed just now',
      next: 'try again: a change needs your yes',
    });
  // It has done its part, and the builder's client would apply it once more.
  const src = readdirSync(place).filter((name) => name !== '.dockerignore');
  writeFileSync(path.join(place, dockerfileName), text);
  return {
    src: [...src, dockerfileName],
    dockerfile: dockerfileName,
    buildArguments: { ...args, ...more },
    keepsCache: true,
    ...(target !== undefined && { target }),
  };
}

/**
 * The image of the devcontainer itself, built or pulled where it is not there.
 * @throws AiError AI_IMAGE_BUILD_FAILED, AI_IMAGE_SOURCE, AI_INTERRUPTED
 */
export async function provideDevcontainer(
  { image, build }: Extract<ProjectStep, { kind: 'devcontainer' }>,
  project: string,
  record: BuildRecord,
  services: ImageServices,
): Promise<void> {
  if (await hasImage(services.docker, image)) return;
  if (build === undefined) return pull(image, services);
  const own = { ...record, directory: path.join(record.directory, 'devcontainer') };
  mkdirSync(own.directory);
  await buildTagged(
    {
      ...{ tag: image, title: 'image of the devcontainer', assistant: '' },
      labels: { 'ai.stage': 'devcontainer', 'ai.project': project },
    },
    own,
    services,
    (place) => Promise.resolve(fillDockerfile(build, place)),
  );
}

async function pull(image: string, services: ImageServices): Promise<void> {
  const missing = (cause: string): AiError =>
    new AiError('AI_IMAGE_SOURCE', {
      file: image,
      why: `the devcontainer’s image cannot be had: ${cause}`,
      next: `docker pull ${quoteForShell(image)}`,
    });
  try {
    const result = await pullImage(image, services, { what: 'image' });
    if (!result.pulled) throw missing(result.cause);
  } catch (error) {
    throw isAiError(error, 'AI_ENGINE_REFUSED') ? missing(error.facts.message) : error;
  }
}
