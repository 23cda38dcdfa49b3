// Keeps in which image a run has begun. The same as last time, which is the rule, costs one small file.

import { messageOf } from '../base/errors.ts';
import type { Facts } from '../plan/facts.ts';
import { readUsedImage, rememberUsedImage, type UsedImage } from '../state/used-images.ts';
import type { World } from './world.ts';

export type ImageWanted = Pick<Facts, 'assistant' | 'settings' | 'image'> & {
  project?: Pick<Facts['project'], 'id'>;
};

/** Where the record of it is. */
export const usedPlace = ({
  assistant: { name: assistant },
  image,
  project,
}: ImageWanted): UsedImage => ({
  assistant,
  ...(image.project && project && { project: project.id }),
});

export async function rememberImage(
  world: Pick<World, 'templates' | 'stateDirectory' | 'emit'>,
  wanted: ImageWanted,
): Promise<void> {
  try {
    const place = usedPlace(wanted);
    if (readUsedImage(world.stateDirectory, place)?.tag === wanted.image.tag) return;
    const { ingredientsOf } = await import('./image-ingredients.ts');
    rememberUsedImage(world.stateDirectory, place, ingredientsOf(world, wanted));
  } catch (error) {
    world.emit({ type: 'debug', text: `image of this run: ${messageOf(error)}` });
  }
}
