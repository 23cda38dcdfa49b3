// Which assistants have their image in an engine: as the next run wants it, an older one, or none yet.

import type Dockerode from 'dockerode';
import type { Assistant } from '../assistants/assistant.ts';
import { assistantsOf } from '../assistants/registry.ts';
import { AiError } from '../base/errors.ts';
import type { ProjectFacts } from '../plan/facts.ts';
import type { ImageFacts } from '../plan/image-facts.ts';
import type { Settings } from '../settings/schema.ts';
import { lookAtImage, lookAtRunImage } from './look.ts';
import type { World } from './world.ts';

export interface ImageState {
  tag: string;
  /** Of the package, as the next run wants it; undefined for a ready image. */
  version: string | undefined;
  /** `outdated`: the next run builds it anew; `unknown` where no engine could be asked. */
  state: 'built' | 'outdated' | 'missing' | 'unknown';
  /** Bytes of what is there. */
  size: number | undefined;
  /** Of one that is the project's own: what it is made of. */
  project?: string;
}

/** Of every assistant there is. */
export type ImageStates = readonly { assistant: Assistant; image: ImageState }[];

/** What the next run of each wants. */
export type WantedImages = readonly { assistant: Assistant; image: ImageFacts }[];

/** Without a project. */
const ownImages = (world: World, settings: Settings): WantedImages =>
  [...assistantsOf(settings.assistants).values()].map((assistant) => ({
    assistant,
    image: lookAtImage(world, assistant, settings),
  }));

/** In a project. What it is to be built from and cannot be is for the run to tell: here it counts as the assistant's own. */
export const wantedImages = (
  world: World,
  settings: Settings,
  project: ProjectFacts | undefined,
): Promise<WantedImages> =>
  Promise.all(
    ownImages(world, settings).map(async ({ assistant, image }) => {
      try {
        return { assistant, image: await lookAtRunImage(world, assistant, settings, project) };
      } catch (error) {
        if (!(error instanceof AiError)) throw error;
        return { assistant, image };
      }
    }),
  );

export const unknownImages = (
  world: World,
  settings: Settings,
  wanted = ownImages(world, settings),
): ImageStates => statesOf(wanted, () => ({ state: 'unknown', size: undefined }));

/** @throws AiError AI_ENGINE_REFUSED */
export async function readImageStates(
  world: World,
  settings: Settings,
  docker: Dockerode,
  wanted = ownImages(world, settings),
): Promise<ImageStates> {
  const { engineFailure } = await import('../images/engine-stream.ts');
  const filters = { label: ['ai.image'], dangling: ['false'] };
  const images = await docker.listImages({ filters }).catch((error: unknown) => {
    throw engineFailure('list the images', error);
  });
  const sizes = await readySizes(docker, settings);
  return statesOf(wanted, ({ tag, project }, { name, image: ready, package: program }) => {
    if (ready !== undefined && project === undefined) {
      const size = sizes.get(ready);
      return { state: size === undefined ? 'missing' : 'built', size };
    }
    // Podman puts `localhost/` before names that have no host.
    const built = images.find(({ RepoTags: tags }) =>
      tags?.some((known) => known === tag || known.endsWith(`/${tag}`)),
    );
    if (built) return { state: 'built', size: built.Size };
    const of = project ? name : program.name;
    const [older] = images
      .filter(
        ({ Labels: labels }) =>
          labels['ai.image'] === of &&
          (labels['ai.stage'] === 'project') === (project !== undefined),
      )
      .sort((a, b) => b.Created - a.Created);
    return { state: older ? 'outdated' : 'missing', size: older?.Size };
  });
}

/** Bytes of the ready images that are there, by their names. */
async function readySizes(
  docker: Dockerode,
  { assistants }: Settings,
): Promise<ReadonlyMap<string, number>> {
  const names = [...assistantsOf(assistants).values()].flatMap(({ image }) => image ?? []);
  const sizes = await Promise.all(
    names.map(async (name) => {
      const found = await docker
        .getImage(name)
        .inspect()
        .catch(() => undefined);
      return found === undefined ? [] : [[name, found.Size] as const];
    }),
  );
  return new Map(sizes.flat());
}

function statesOf(
  wanted: WantedImages,
  stateOf: (image: ImageFacts, assistant: Assistant) => Omit<ImageState, 'tag' | 'version'>,
): ImageStates {
  return wanted.map(({ assistant, image }) => {
    const { tag, version, reason, project } = image;
    const state = stateOf(image, assistant);
    return { assistant, image: { tag, version, ...state, ...(project && { project: reason }) } };
  });
}
