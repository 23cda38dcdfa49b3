// What is sent to build a project's Dockerfile: the files as the user has agreed to them, and nothing that came since.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { AiError, isAiError, messageOf } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { quoteForShell } from '../base/quote.ts';
import { copyContext, digestOf } from '../host/context-files.ts';
import type { DockerfileBuild, ProjectStep } from '../plan/project-image-facts.ts';
import { buildTagged, type BuildInput } from './build.ts';
import type { BuildRecord } from './build-record.ts';
import { hasImage } from './engine-images.ts';
import { pullImage } from './pull.ts';
import type { ImageServices } from './request.ts';

/** Always the same: it is part of what `COPY . /` copies. No file of a project's may be called so, nor stand beside it for a builder. */
const dockerfileName = 'ai-in-docker.Dockerfile';

/**
 * Copies the context, checked against its hash.
 * @param place an empty directory of ours
 * @throws AiError AI_IMAGE_SOURCE where it is not the same any more, or cannot be copied
 */
export function fillDockerfile(
  { text, context, args, target }: DockerfileBuild,
  place: string,
  more: Readonly<Record<string, string>> = {},
): BuildInput {
  const { directory, digest } = context;
  const refuse = (why: string, next: string): AiError =>
    new AiError('AI_IMAGE_SOURCE', { file: directory, why, next });
  const taken = context.names.find((name) =>
    name.toLowerCase().startsWith(dockerfileName.toLowerCase()),
  );
  if (taken !== undefined)
    throw refuse(
      `${taken} in it has a name that ai needs`,
      'rename it, or keep it out by a .dockerignore',
    );
  if (digestOf(copy(context, text, place, refuse)) !== digest)
    throw refuse('something in it changed just now', 'try again: a change needs your yes');
  // It has done its part, and the builder's client would apply it once more, to our Dockerfile too, or follow it.
  rmSync(path.join(place, '.dockerignore'), { recursive: true, force: true });
  return {
    src: readdirSync(place),
    dockerfile: dockerfileName,
    buildArguments: { ...args, ...more },
    keepsCache: true,
    ...(target !== undefined && { target }),
  };
}

/** The Dockerfile comes first, while nothing of the project's is there that it could be written through. */
function copy(
  { directory, names }: DockerfileBuild['context'],
  text: string,
  place: string,
  refuse: (why: string, next: string) => AiError,
): ReadonlyMap<string, string> {
  writeFileSync(path.join(place, dockerfileName), text, { flag: 'wx' });
  try {
    return copyContext(directory, names, place);
  } catch (error) {
    throw refuse(`it cannot be copied: ${messageOf(error)}`, 'try again');
  }
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
