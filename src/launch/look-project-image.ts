// The image that a project wants its runs in: the assistant's with packages in it, gone on from by a Dockerfile, in a devcontainer.

import { readFileSync } from 'node:fs';
import type { Assistant } from '../assistants/assistant.ts';
import { AiError } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { isInside } from '../base/paths.ts';
import { hasPackages, showPackages } from '../base/packages.ts';
import { filesDirectoryOf } from '../images/tag.ts';
import { showOnOneLine } from '../base/quote.ts';
import { projectSteps, type ProjectTemplates } from '../images/project-tag.ts';
import type { ProjectFacts } from '../plan/facts.ts';
import type { ImageFacts } from '../plan/image-facts.ts';
import type { ProjectStep } from '../plan/project-image-facts.ts';
import { writableSource } from '../read/extra-mounts.ts';
import { readDevcontainerImage, readDockerfile, type ImagePlaces } from '../read/project-image.ts';
import type { Settings } from '../settings/schema.ts';
import { imageSourceName, readTrust } from '../state/trust-store.ts';
import { maskedAmong } from './look-mask.ts';
import type { World } from './world.ts';

export interface ProjectImageInput {
  assistant: Assistant;
  settings: Settings;
  project: ProjectFacts;
  /** The assistant's. */
  image: ImageFacts;
}

/** @throws AiError AI_IMAGE_SOURCE where what it is to be built from cannot be used */
export async function lookAtProjectImage(
  world: World,
  { assistant, settings, project, image }: ProjectImageInput,
): Promise<ImageFacts> {
  const places = placesOf(world, settings, project);
  const file = settings['image.dockerfile'];
  const devcontainer = settings.devcontainer ? await readDevcontainerImage(places) : undefined;
  const dockerfile = file === undefined ? undefined : await readDockerfile(file, places);
  const packages = settings['image.packages'];
  if (devcontainer && image.foreign)
    throw new AiError('AI_IMAGE_SOURCE', {
      file: devcontainer.source.name,
      why: `${assistant.name} comes in a ready image, and cannot be put into another one`,
      next: `set npm instead of image for ${assistant.name}, or leave out the setting devcontainer`,
    });
  const steps = projectSteps(
    { assistant: assistant.name, parent: image.tag },
    {
      ...(devcontainer && { devcontainer: devcontainer.made }),
      ...(dockerfile && { dockerfile: dockerfile.made }),
      ...(hasPackages(packages) && { packages }),
    },
    readProjectTemplates(world.templates),
  );
  const tag = steps.at(-1)?.tag ?? image.tag;
  const records = readTrust(world.stateDirectory).projects.find(({ id }) => id === project.id);
  const unagreed = [devcontainer, dockerfile].flatMap((found) => {
    if (!found?.isOpen) return [];
    const { source } = found;
    const isAgreed = records?.records.some(
      (one) => one.trusted && one.file === imageSourceName(source.name) && one.hash === source.hash,
    );
    return isAgreed ? [] : [source];
  });
  const reasons = [
    ...(devcontainer
      ? [
          `in ${'image' in devcontainer.made ? devcontainer.made.image : 'the image'} of ${devcontainer.source.name} (devcontainer)`,
        ]
      : []),
    ...(dockerfile ? [`by ${showOnOneLine(dockerfile.source.name)} (image.dockerfile)`] : []),
    ...withoutMasked(steps),
    ...(hasPackages(packages) ? [`with ${showPackages(packages)} (image.packages)`] : []),
  ];
  return {
    ...image,
    tag,
    reason: [
      image.reason,
      ...reasons,
      ...(unagreed.length > 0 ? ['which you have not agreed to yet: ai trust'] : []),
    ].join(', '),
    files: filesDirectoryOf(path.join(world.stateDirectory, 'images'), tag),
    project: {
      parent: { tag: image.tag, files: image.files, reason: image.reason },
      steps,
      sources: [devcontainer, dockerfile].flatMap((found) => found?.source ?? []),
      unagreed,
      unused: devcontainer?.unused ?? [],
    },
  };
}

function withoutMasked(steps: readonly ProjectStep[]): readonly string[] {
  const counts = steps.map((step) => ('build' in step ? (step.build.context.masked ?? 0) : 0));
  const count = Math.max(0, ...counts);
  return count === 0 ? [] : [`without ${count} of its files (mask)`];
}

export const readProjectTemplates = (directory: string): ProjectTemplates => {
  const read = (name: string): string =>
    readFileSync(path.join(directory, 'project', `${name}.Dockerfile`), 'utf8');
  return { packages: read('packages'), devcontainer: read('devcontainer') };
};

function placesOf(
  world: World,
  settings: Settings,
  { root, directory }: ProjectFacts,
): ImagePlaces {
  const { home, stateDirectory } = world;
  return {
    root,
    home,
    writable: settings.mounts.flatMap((text) => writableSource(text, directory, home) ?? []),
    kept: path.join(stateDirectory, 'images', 'contexts'),
    maskedAmong: (context, names) => {
      const ofProject = names.filter((name) => isInside(path.join(context, name), root));
      return maskedAmong(settings, { root, directory: context }, ofProject);
    },
  };
}
