// Which assistants have their image in an engine: as the next run wants it, an older one, or none yet.

import type Dockerode from 'dockerode';
import type { Assistant } from '../assistants/assistant.ts';
import { assistantsOf } from '../assistants/registry.ts';
import type { Settings } from '../settings/schema.ts';
import { lookAtImage } from './look.ts';
import type { World } from './world.ts';

export interface ImageState {
  tag: string;
  /** Of the package, as the next run wants it; undefined for a ready image. */
  version: string | undefined;
  /** `outdated`: the next run builds it anew; `unknown` where no engine could be asked. */
  state: 'built' | 'outdated' | 'missing' | 'unknown';
  /** Bytes of what is there. */
  size: number | undefined;
}

/** Of every assistant there is. */
export type ImageStates = readonly { assistant: Assistant; image: ImageState }[];

export const unknownImages = (world: World, settings: Settings): ImageStates =>
  statesOf(world, settings, () => ({ state: 'unknown', size: undefined }));

/** @throws AiError AI_ENGINE_REFUSED */
export async function readImageStates(
  world: World,
  settings: Settings,
  docker: Dockerode,
): Promise<ImageStates> {
  const { engineFailure } = await import('../images/engine-stream.ts');
  const filters = { label: ['ai.image'], dangling: ['false'] };
  const images = await docker.listImages({ filters }).catch((error: unknown) => {
    throw engineFailure('list the images', error);
  });
  const sizes = await readySizes(docker, settings);
  return statesOf(world, settings, (tag, { image: ready, package: program }) => {
    if (ready !== undefined) {
      const size = sizes.get(ready);
      return { state: size === undefined ? 'missing' : 'built', size };
    }
    // Podman puts `localhost/` before names that have no host.
    const built = images.find(({ RepoTags: tags }) =>
      tags?.some((name) => name === tag || name.endsWith(`/${tag}`)),
    );
    if (built) return { state: 'built', size: built.Size };
    const [older] = images
      .filter(({ Labels: labels }) => labels['ai.image'] === program.name)
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
  world: World,
  settings: Settings,
  stateOf: (tag: string, assistant: Assistant) => Omit<ImageState, 'tag' | 'version'>,
): ImageStates {
  return [...assistantsOf(settings.assistants).values()].map((assistant) => {
    const { tag, version } = lookAtImage(world, assistant, settings);
    return { assistant, image: { tag, version, ...stateOf(tag, assistant) } };
  });
}
