// The names of a project's own images: each says what it was built on and what was done to it, so that nothing is built twice.

import { createHash } from 'node:crypto';
import type { Packages } from '../base/packages.ts';
import type { DockerfileBuild, ProjectStep } from '../plan/project-image-facts.ts';

/** What is done to the image of an assistant, in this order. */
export interface ProjectWishes {
  devcontainer?: { image: string } | { build: DockerfileBuild };
  dockerfile?: DockerfileBuild;
  packages?: Packages;
}

/** Our own files that steps are built by, as texts. */
export interface ProjectTemplates {
  packages: string;
  devcontainer: string;
}

/**
 * The steps that make the image, each with its tag `ai-in-docker/<assistant>-project:<12 hex digits>`.
 * @param parent tag of the assistant's image
 */
export function projectSteps(
  { assistant, parent }: { assistant: string; parent: string },
  { devcontainer, dockerfile, packages }: ProjectWishes,
  templates: ProjectTemplates,
): readonly ProjectStep[] {
  const steps: ProjectStep[] = [];
  const tagFor = (...ingredients: unknown[]): string =>
    `ai-in-docker/${assistant}-project:${shortHash(steps.at(-1)?.tag ?? parent, ...ingredients)}`;
  if (devcontainer !== undefined) {
    const build = 'build' in devcontainer ? devcontainer.build : undefined;
    // Without the assistant in it, it is the same for all of them.
    const image =
      'image' in devcontainer
        ? devcontainer.image
        : `ai-in-docker/devcontainer:${shortHash(...partsOf(devcontainer.build))}`;
    const tag = tagFor('devcontainer', image, templates.devcontainer);
    steps.push({ kind: 'devcontainer', tag, image, ...(build && { build }) });
  }
  if (dockerfile !== undefined)
    steps.push({
      kind: 'dockerfile',
      tag: tagFor('dockerfile', ...partsOf(dockerfile)),
      build: dockerfile,
    });
  if (packages !== undefined) {
    const { apt, npm, pip } = packages;
    const tag = tagFor('packages', apt, npm, pip, templates.packages);
    steps.push({ kind: 'packages', tag, packages });
  }
  return steps;
}

/** The tags of the same steps on another image of the assistant. */
export function stepsOn(
  steps: readonly ProjectStep[],
  on: { assistant: string; parent: string },
  templates: ProjectTemplates,
): readonly ProjectStep[] {
  const wishes = steps.map((step): ProjectWishes => {
    if (step.kind === 'packages') return { packages: step.packages };
    if (step.kind === 'dockerfile') return { dockerfile: step.build };
    return { devcontainer: step.build ? { build: step.build } : { image: step.image } };
  });
  return projectSteps(on, Object.assign({}, ...wishes) as ProjectWishes, templates);
}

const partsOf = ({ text, context, args, target }: DockerfileBuild): readonly unknown[] => [
  text,
  context.digest,
  Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1)),
  target ?? null,
];

const shortHash = (...ingredients: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(ingredients)).digest('hex').slice(0, 12);
