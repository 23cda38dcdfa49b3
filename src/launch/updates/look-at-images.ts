// The images of ours in the engine, with what each is for.

import { existsSync } from 'node:fs';
import type Dockerode from 'dockerode';
import { isFromNpm } from '../../assistants/assistant.ts';
import { assistantsOf } from '../../assistants/registry.ts';
import { engineFailure } from '../../images/engine-stream.ts';
import { filesDirectoryOf } from '../../images/tag.ts';
import { keptOf } from '../../images/version-changes.ts';
import { readVersions } from '../../images/versions.ts';
import { judgeImages, type JudgedImage, type SeenImage } from '../../images/wanted-images.ts';
import { readHost } from '../../read/host-facts.ts';
import { ownerOf } from '../../read/state-facts.ts';
import type { Settings } from '../../settings/schema.ts';
import { usedProjectImages } from '../../state/used-images.ts';
import { lookAtImage } from '../look.ts';
import type { World } from '../world.ts';
import { imagesIn } from './chosen.ts';

/** @throws AiError AI_ENGINE_REFUSED */
export async function lookAtImages(
  world: World,
  settings: Settings,
  docker: Dockerode,
): Promise<readonly JudgedImage[]> {
  const [named, stages, containers] = await Promise.all([
    docker.listImages({ filters: { label: ['ai.image'], dangling: ['false'] } }),
    docker.listImages({ filters: { label: ['ai.stage'], dangling: ['true'] } }),
    docker.listContainers({ all: true }),
  ]).catch((error: unknown) => {
    throw engineFailure('list the images', error);
  });
  const owner = ownerOf(
    readHost(world.environment, { ...settings, caCertificates: [] }),
    world.stateDirectory,
  );
  const users = new Map<string, string[]>();
  for (const { ImageID: id, Labels: labels, Names: names } of containers) {
    const isOurs = labels['ai.owner'] === owner;
    const name = isOurs ? labels['ai.run'] : (names[0] ?? '').replace(/^\//, '');
    users.set(id, [...(users.get(id) ?? []), name ?? '']);
  }
  return judgeImages([...named.flatMap(seen), ...stages.map((stage) => seenAs(stage, ''))], {
    ...wantedTags(world, settings),
    used: usedProjectImages(world.stateDirectory),
    isOurs: (tag) => existsSync(filesDirectoryOf(imagesIn(world), tag)),
    containers: users,
    now: Date.now(),
  });
}

const seen = (image: Dockerode.ImageInfo): readonly SeenImage[] =>
  (image.RepoTags ?? [])
    // Podman puts that before names that have no host.
    .map((tag) => tag.replace(/^localhost\//, ''))
    .filter((tag) => tag.startsWith('ai-in-docker/') && !tag.startsWith('ai-in-docker/build:'))
    .map((tag) => seenAs(image, tag));

function seenAs(
  { Id: id, Labels, Size: size, Created }: Dockerode.ImageInfo,
  tag: string,
): SeenImage {
  const labels = Labels as Dockerode.ImageInfo['Labels'] | null;
  const parent = labels?.['ai.parent'];
  return {
    ...{ id, tag, size, created: Created * 1000 },
    assistant: labels?.['ai.image'] ?? '',
    version: labels?.['ai.version'] ?? '',
    ...(parent !== undefined && { parent }),
  };
}

/** Of every assistant that there is: what its next run takes, and what an update has replaced. */
export function wantedTags(
  world: World,
  settings: Settings,
): { next: ReadonlySet<string>; kept: ReadonlySet<string> } {
  const versions = readVersions(imagesIn(world));
  const [next, kept] = [new Set<string>(), new Set<string>()];
  for (const assistant of assistantsOf(settings.assistants).values()) {
    const { package: program, image } = assistant;
    if (image !== undefined || !isFromNpm(program)) continue;
    next.add(lookAtImage(world, assistant, settings, versions).tag);
    for (const one of keptOf(versions, program)) {
      const entry = { current: one, pinned: true, kept: [] };
      const then = { ...versions, assistants: { [program.name]: entry } };
      kept.add(lookAtImage(world, assistant, settings, then).tag);
    }
  }
  return { next, kept };
}
