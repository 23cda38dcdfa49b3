// The images of ours in the engine, with what each is for.

import { existsSync } from 'node:fs';
import type Dockerode from 'dockerode';
import { isFromNpm } from '../../assistants/assistant.ts';
import { assistantsOf } from '../../assistants/registry.ts';
import { engineFailure } from '../../images/engine-stream.ts';
import { filesDirectoryOf } from '../../images/tag.ts';
import { withoutPlatform } from '../../images/platform.ts';
import { keptOf } from '../../images/version-changes.ts';
import { readVersions } from '../../images/versions.ts';
import { judgeImages, type JudgedImage, type SeenImage } from '../../images/wanted-images.ts';
import { readHost } from '../../read/host-facts.ts';
import { readSettingsFile } from '../../read/settings-file.ts';
import { ownerOf } from '../../read/state-facts.ts';
import { schema, type Settings } from '../../settings/schema.ts';
import { usedImages } from '../../state/used-images.ts';
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
    ...(await wantedTags(world, settings)),
    used: usedImages(world.stateDirectory),
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

/**
 * Of every assistant that there is: what its next run takes, and what an update has replaced. Not only of a run here: another project
 * may set another base, another terminal another platform.
 * @throws AiError AI_SETTING_INVALID
 */
export async function wantedTags(
  world: Pick<World, 'templates' | 'stateDirectory' | 'environment'>,
  settings: Settings,
): Promise<{ next: ReadonlySet<string>; kept: ReadonlySet<string> }> {
  const versions = readVersions(imagesIn(world));
  const [next, kept] = [new Set<string>(), new Set<string>()];
  const config = await readSettingsFile(world.stateDirectory);
  const ofUser = config.values.find(({ key }) => key === 'image.base')?.value;
  const bases = new Set([
    ...[settings['image.base'], schema['image.base'].default, ...Object.keys(versions.bases)],
    ...(ofUser?.kind === 'data' && typeof ofUser.data === 'string' ? [ofUser.data] : []),
  ]);
  const usual = { ...world, environment: withoutPlatform(world.environment) };
  const surroundings = [...bases].flatMap((base) =>
    [world, usual].map((place) => ({ place, settings: { ...settings, 'image.base': base } })),
  );
  for (const assistant of assistantsOf(settings.assistants).values()) {
    const { package: program, image } = assistant;
    if (image !== undefined || !isFromNpm(program)) continue;
    for (const { place, settings: there } of surroundings) {
      next.add(lookAtImage(place, assistant, there, versions).tag);
      for (const one of keptOf(versions, program)) {
        const entry = { current: one, pinned: true, kept: [] };
        const then = { ...versions, assistants: { [program.name]: entry } };
        kept.add(lookAtImage(place, assistant, there, then).tag);
      }
    }
  }
  return { next, kept };
}
