// The story of a project's own image: there already, or built step by step on the assistant's, by one `ai` at a time.

import { mkdirSync, writeFileSync } from 'node:fs';
import type Docker from 'dockerode';
import { parentArgument } from '../base/dockerfile.ts';
import { AiError, isAiError } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { withSystemPath } from '../host/command.ts';
import type { ProjectStep } from '../plan/project-image-facts.ts';
import { buildTagged, writeCertificates, type BuildInput } from './build.ts';
import type { BuildRecord } from './build-record.ts';
import { findImage, hasImage, tagImage } from './engine-images.ts';
import { engineFailure, engineStatus } from './engine-stream.ts';
import { areKept, keepFiles } from './image-files.ts';
import { npmRegistry } from './npm.ts';
import { asOnlyBuilder } from './only-builder.ts';
import { pipVariables } from './pip.ts';
import { fillDockerfile, provideDevcontainer } from './project-context.ts';
import { stepsOn, type ProjectTemplates } from './project-tag.ts';
import type { ImageServices } from './request.ts';
import { filesDirectoryOf } from './tag.ts';

export interface ProjectImageRequest {
  assistant: string;
  /** The project's id, for a label. */
  project: string;
  /** Tag of the assistant's image. */
  parent: string;
  /** Of the assistant in it. */
  version: string | undefined;
  /** It is a ready one, without anything of ours in it. */
  isForeign: boolean;
  steps: readonly ProjectStep[];
  templates: ProjectTemplates;
  caFiles: readonly string[];
  filesDirectory: string;
  /** The name that the assistant's image has for the next run: its first build finds out what makes it exact. */
  parentNow: () => string;
}

/** True if there is nothing to do. @throws AiError AI_ENGINE_REFUSED */
export const hasProjectImage = async (
  { steps, filesDirectory }: Pick<ProjectImageRequest, 'steps' | 'filesDirectory'>,
  { docker, fresh }: ImageServices,
): Promise<boolean> =>
  !fresh && areKept(filesDirectory) && (await hasImage(docker, steps.at(-1)?.tag ?? ''));

/**
 * Builds what is missing.
 * @param provideParent makes sure of the assistant's image, where something has to be built on it
 * @throws AiError AI_IMAGE_BUILD_FAILED, AI_IMAGE_SOURCE, AI_IMAGE_UNFIT, AI_ENGINE_REFUSED, AI_STATE_UNWRITABLE, AI_INTERRUPTED
 */
export async function ensureProjectImage(
  request: ProjectImageRequest,
  services: ImageServices,
  provideParent: () => Promise<unknown>,
): Promise<void> {
  if (await hasProjectImage(request, services)) return;
  const { steps, filesDirectory: directory } = request;
  const tag = steps.at(-1)?.tag ?? request.parent;
  if ((await missingSteps(request, services)).length === steps.length) await provideParent();
  await asOnlyBuilder(path.dirname(directory), services, async (record) => {
    const names = await namesOfSteps(request, services);
    // Made before, by whoever knew the exact name already.
    await nameAlso(
      names.map(({ planned, next }) => ({ from: next, to: planned })),
      services,
    );
    for (const step of await missingSteps(request, services))
      await buildStep(step, request, record, services);
    const last = names.at(-1)?.next;
    const directories = [
      directory,
      ...(last === undefined ? [] : [filesDirectoryOf(path.dirname(directory), last)]),
    ];
    const looked = { image: tag, directories, build: record.build };
    await keepFiles(services.docker, looked, (container) => checkStart(container, request));
    await nameAlso(
      names.map(({ planned, next }) => ({ from: planned, to: next })),
      services,
    );
  });
}

/**
 * The names of the steps by the assistant's image as it was called when the run was planned, and as the next run calls the very same
 * image: its first build gives it an exact name. None where these are one, or an update means another image meanwhile.
 */
async function namesOfSteps(
  { assistant, parent, parentNow, steps, templates }: ProjectImageRequest,
  { docker }: ImageServices,
): Promise<readonly { planned: string; next: string }[]> {
  const now = parentNow();
  if (now === parent) return [];
  const [one, other] = await Promise.all([findImage(docker, parent), findImage(docker, now)]);
  if (one === undefined || one.Id !== other?.Id) return [];
  const named = stepsOn(steps, { assistant, parent: now }, templates);
  return steps.map(({ tag: planned }, index) => ({ planned, next: named[index]?.tag ?? planned }));
}

/** One in the middle may have been taken away by somebody; the last one is what runs need. */
async function nameAlso(
  pairs: readonly { from: string; to: string }[],
  { docker }: ImageServices,
): Promise<void> {
  for (const { from, to } of pairs)
    if (!(await hasImage(docker, to)) && (await hasImage(docker, from)))
      await tagImage(docker, from, to);
}

/** Those behind the last one whose image is there. */
async function missingSteps(
  { steps }: ProjectImageRequest,
  { docker, fresh }: ImageServices,
): Promise<readonly ProjectStep[]> {
  if (fresh) return steps;
  for (let count = steps.length; count > 0; count--)
    if (await hasImage(docker, steps[count - 1]?.tag ?? '')) return steps.slice(count);
  return steps;
}

async function buildStep(
  step: ProjectStep,
  request: ProjectImageRequest,
  record: BuildRecord,
  services: ImageServices,
): Promise<void> {
  const { assistant, steps, parent, caFiles, templates } = request;
  const before = steps[steps.indexOf(step) - 1]?.tag ?? parent;
  const own = { ...record, directory: path.join(record.directory, step.tag.replace(/^.*:/, '')) };
  mkdirSync(own.directory);
  if (step.kind === 'devcontainer') await provideDevcontainer(step, request.project, own, services);
  const fill = async (context: string): Promise<BuildInput> => {
    if (step.kind === 'dockerfile')
      return fillDockerfile(step.build, context, { [parentArgument]: before });
    writeCertificates(context, caFiles);
    writeFileSync(path.join(context, 'Dockerfile'), templates[step.kind]);
    const src = ['Dockerfile', 'ca'];
    return step.kind === 'devcontainer'
      ? { src, buildArguments: { [parentArgument]: before, IMAGE: step.image } }
      : {
          src,
          buildArguments: { PARENT: before, ...(await packageArguments(step, context, services)) },
        };
  };
  try {
    await buildTagged(
      {
        ...{ tag: step.tag, assistant, title: `image for ${assistant} here, ${titles[step.kind]}` },
        labels: {
          ...{ 'ai.image': assistant, 'ai.stage': 'project', 'ai.parent': parent },
          'ai.project': request.project,
          ...(request.version !== undefined && { 'ai.version': request.version }),
        },
      },
      own,
      services,
      fill,
    );
  } catch (error) {
    throw unfitness(error, step, request) ?? error;
  }
}

const titles = {
  devcontainer: 'in the devcontainer',
  dockerfile: 'by its Dockerfile',
  packages: 'with its packages',
} as const;

/** What the steps of ours say where an image cannot do. */
function unfitness(
  error: unknown,
  step: ProjectStep,
  { assistant, parent }: ProjectImageRequest,
): AiError | undefined {
  if (!isAiError(error, 'AI_IMAGE_BUILD_FAILED') || step.kind === 'dockerfile') return undefined;
  const { output } = error.facts;
  const image = step.kind === 'devcontainer' ? step.image : parent;
  const source = step.kind === 'devcontainer' ? 'the devcontainer' : 'image.packages';
  const said = /^ai-unfit: (.+)$/m.exec(output)?.[1];
  const hasNoShell = /\/bin\/sh\b.*(no such file|not found)|no such file.*\/bin\/sh\b/i.test(
    output,
  );
  const why = said ?? (hasNoShell ? 'there is no /bin/sh in it' : undefined);
  return why === undefined
    ? undefined
    : new AiError('AI_IMAGE_UNFIT', { image, assistant, why, source }, { cause: error });
}

async function packageArguments(
  { packages: { apt, npm, pip } }: Extract<ProjectStep, { kind: 'packages' }>,
  cwd: string,
  { environment, interrupt }: ImageServices,
): Promise<Readonly<Record<string, string>>> {
  const options = { environment: withSystemPath(environment), cwd, interrupt };
  const [registry, indexes] = await Promise.all([
    npm.length > 0 ? npmRegistry(options) : undefined,
    pip.length > 0 ? pipVariables(options) : {},
  ]);
  return {
    ...{ APT: apt.join(' '), NPM: npm.join(' '), PIP: pip.join(' ') },
    WITH_PIP: pip.length > 0 ? 'yes' : '',
    ...(registry !== undefined && { NPM_REGISTRY: registry }),
    ...indexes,
  };
}

/** Whatever a Dockerfile has done to it: the first process is there. A ready image gets it at each run. */
async function checkStart(
  container: Docker.Container,
  { assistant, isForeign, steps }: ProjectImageRequest,
): Promise<void> {
  const [image = '', file] = [steps.at(-1)?.tag, isForeign ? '/bin/sh' : '/opt/ai/start'];
  try {
    await container.infoArchive({ path: file });
  } catch (error) {
    const why = `there is no ${file} in it`;
    throw engineStatus(error) === 404
      ? new AiError('AI_IMAGE_UNFIT', { image, assistant, why, source: 'the Dockerfile' })
      : engineFailure(`look into ${image}`, error);
  }
}
