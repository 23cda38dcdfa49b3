// The one line after a run: a newer version of its assistant is out.

import { isFromNpm, type Assistant } from '../../assistants/assistant.ts';
import { changeNewest, readNewest, withTold, worthTelling } from '../../images/newest.ts';
import type { World } from '../world.ts';
import { chosenHere, imagesIn } from './chosen.ts';

/** At most once a day for a version; never of one that is pinned, or that the user's settings say. */
export function tellNewer(world: World, { name, image, package: program }: Assistant): void {
  if (image !== undefined || !isFromNpm(program) || program.version !== undefined) return;
  const images = imagesIn(world);
  const now = Date.now();
  const { version: here, by } = chosenHere(world, program);
  const newer = worthTelling(readNewest(images), { name: program.name, here, now });
  if (newer === undefined || by === 'pin') return;
  // With --quiet nobody has seen it, and the next run says it.
  const shown = (): void => {
    try {
      changeNewest(images, (newest) => withTold(newest, program.name, now));
    } catch {
      // A home that is read-only: then it is said again.
    }
  };
  const text = `${program.name} ${newer} is out (this is ${here}): ai update ${name}`;
  world.emit({ type: 'note', text, shown });
}
