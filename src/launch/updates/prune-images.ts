// Removes images that nobody wants any more, with what is kept of them here.

import { rmSync } from 'node:fs';
import type Dockerode from 'dockerode';
import { messageOf } from '../../base/errors.ts';
import { engineStatus, engineText } from '../../images/engine-stream.ts';
import { asOnlyBuilder } from '../../images/only-builder.ts';
import { filesDirectoryOf } from '../../images/tag.ts';
import { removable, type JudgedImage } from '../../images/wanted-images.ts';
import type { Settings } from '../../settings/schema.ts';
import { servicesOf } from '../image-services.ts';
import type { World } from '../world.ts';
import { imagesIn } from './chosen.ts';
import { lookAtImages } from './look-at-images.ts';

/**
 * @returns what could go, and how many bytes of it no other image has, one by one: what only they share is not counted
 * @throws AiError AI_ENGINE_REFUSED
 */
export async function lookForPrune(
  world: World,
  settings: Settings,
  docker: Dockerode,
): Promise<{ images: readonly JudgedImage[]; bytes: number }> {
  const all = await lookAtImages(world, settings, docker);
  const images = removable(all, Date.now());
  if (images.length === 0) return { images, bytes: 0 };
  const shared = await sharedSizes(docker);
  // One that stays under another name frees nothing.
  const staying = new Set(all.filter((image) => !images.includes(image)).map(({ id }) => id));
  const going = images.filter(({ id }) => !staying.has(id));
  const ids = new Map(going.map(({ id, size }) => [id, size]));
  const bytes = [...ids].reduce((sum, [id, size]) => sum + size - (shared.get(id) ?? size), 0);
  return { images, bytes };
}

/** Bytes that an image has in common with others, by ids (`docker system df -v`). An engine that does not tell is no trouble. */
async function sharedSizes(docker: Dockerode): Promise<ReadonlyMap<string, number>> {
  interface Usage {
    Images?: readonly { Id: string; SharedSize?: number }[] | null;
  }
  const usage = await (docker.df() as Promise<Usage>).catch((): Usage => ({}));
  return new Map(
    (usage.Images ?? []).flatMap(({ Id: id, SharedSize: size }) =>
      size === undefined || size < 0 ? [] : [[id, size] as const],
    ),
  );
}

/**
 * Of these what still nobody wants. No build, update or trial goes on meanwhile: an image that is tried out has no name yet in versions.json.
 * One that somebody begins to use stays: the engine refuses.
 * @throws AiError AI_ENGINE_REFUSED, AI_STATE_UNWRITABLE, AI_INTERRUPTED
 */
export async function removeImages(
  world: World,
  settings: Settings,
  {
    docker,
    images,
    interrupt,
  }: { docker: Dockerode; images: readonly JudgedImage[]; interrupt: AbortSignal },
): Promise<{ removed: readonly JudgedImage[]; failures: readonly string[] }> {
  const removed: JudgedImage[] = [];
  const failures: string[] = [];
  await asOnlyBuilder(imagesIn(world), servicesOf(world, docker, interrupt), async () => {
    const now = removable(await lookAtImages(world, settings, docker), Date.now());
    for (const image of images.filter(isOneOf(now))) {
      const failure = await remove(world, docker, image);
      if (failure === undefined) removed.push(image);
      else if (failure !== '') failures.push(failure);
    }
  });
  return { removed, failures };
}

const isOneOf =
  (now: readonly JudgedImage[]) =>
  ({ id, tag }: JudgedImage): boolean =>
    now.some((one) => one.id === id && one.tag === tag);

/** @returns why it stays, undefined where it is gone now, and nothing to be said where it was gone or goes with another one */
async function remove(
  world: World,
  docker: Dockerode,
  { tag, id }: JudgedImage,
): Promise<string | undefined> {
  try {
    await docker.getImage(tag || id).remove();
    if (tag !== '')
      rmSync(filesDirectoryOf(imagesIn(world), tag), { recursive: true, force: true });
    return undefined;
  } catch (error) {
    // Gone with another one; a stage that something is made of stays with that.
    const status = engineStatus(error);
    if (status === 404 || (status === 409 && tag === '')) return '';
    return `${tag || id} stays: ${status === undefined ? messageOf(error) : engineText(error)}`;
  }
}
