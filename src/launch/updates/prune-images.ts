// Removes images that nobody wants any more, with what is kept of them here.

import { rmSync } from 'node:fs';
import type Dockerode from 'dockerode';
import { messageOf } from '../../base/errors.ts';
import { engineStatus, engineText } from '../../images/engine-stream.ts';
import { filesDirectoryOf } from '../../images/tag.ts';
import { removable, type JudgedImage } from '../../images/wanted-images.ts';
import type { Settings } from '../../settings/schema.ts';
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

/** One that somebody began to use meanwhile stays: the engine refuses. */
export async function removeImages(
  world: World,
  docker: Dockerode,
  images: readonly JudgedImage[],
): Promise<{ removed: readonly JudgedImage[]; failures: readonly string[] }> {
  const removed: JudgedImage[] = [];
  const failures: string[] = [];
  for (const image of images) {
    const { tag, id } = image;
    try {
      await docker.getImage(tag || id).remove();
      removed.push(image);
      if (tag !== '')
        rmSync(filesDirectoryOf(imagesIn(world), tag), { recursive: true, force: true });
    } catch (error) {
      // Gone with another one; a stage that something is made of stays with that.
      const status = engineStatus(error);
      if (status === 404 || (status === 409 && tag === '')) continue;
      failures.push(
        `${tag || id} stays: ${status === undefined ? messageOf(error) : engineText(error)}`,
      );
    }
  }
  return { removed, failures };
}
