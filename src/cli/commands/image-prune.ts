// ai image prune: removes the images of ours that neither the next run nor the way back wants, and that nothing uses.

import type { CommandHandler } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { formatSize } from '../../base/units.ts';
import type { JudgedImage } from '../../images/wanted-images.ts';
import { withEngine } from '../../launch/reach-engine.ts';
import { settle } from '../../launch/settle.ts';
import { lookForPrune, removeImages } from '../../launch/updates/prune-images.ts';
import { isAtTerminal } from '../../launch/world.ts';
import { Interruption } from '../../session/interruption.ts';
import { print, say } from './answer.ts';

export const prune: CommandHandler = async (given) => {
  const { options, words } = given;
  const { dryRun, yes, json } = options.plain;
  if (words.length > 0)
    throw new AiError('AI_USAGE', {
      problem: `ai image prune takes no arguments, but got “${words.join(' ')}”`,
      next: 'ai image prune --dry-run',
    });
  const { settings, world } = await settle(given.world, options.settings, options.plain);
  const call = { ...given, world };
  return withEngine(world, settings, async ({ docker }) => {
    const { images, bytes } = await lookForPrune(world, settings, docker);
    const what = `${countOf(images.length)}, at least ${formatSize(bytes)}`;
    if (dryRun || images.length === 0) {
      if (json) print(call, { removed: [], wouldRemove: images.map(nameOf), bytes });
      else {
        say(
          call,
          images.length === 0 ? 'no image is there that nobody wants' : `would remove ${what}`,
        );
        for (const image of images) say(call, `  ${lineOf(image)}`);
      }
      return exitCodes.ok;
    }
    if (!yes && !isAtTerminal(world))
      throw new AiError('AI_USAGE', {
        problem: `ai image prune would remove ${what}, and nobody can be asked here`,
        next: 'ai image prune --yes',
      });
    if (!(await world.confirm(`Remove ${what}?`, [...images.map(lineOf), others]))) {
      say(call, 'nothing was removed');
      return exitCodes.ok;
    }
    const interruption = new Interruption();
    const interrupt = interruption.abortSignal;
    const { removed, failures } = await removeImages(world, settings, {
      ...{ docker, images, interrupt },
    }).finally(() => {
      interruption.stop();
    });
    for (const text of failures) world.emit({ type: 'warning', text });
    if (json) print(call, { removed: removed.map(nameOf), failures });
    else say(call, `removed ${countOf(removed.length)}`);
    return failures.length === 0 ? exitCodes.ok : exitCodes.failed;
  });
};

const countOf = (count: number): string => `${count} ${count === 1 ? 'image' : 'images'}`;

/** A name says what is in an image, not whose it is. */
const others = 'Whoever else uses this engine and wants one of these makes it again.';

const nameOf = ({ tag, id }: JudgedImage): string => tag || id;

const lineOf = ({ tag, id, version, size }: JudgedImage): string =>
  tag === ''
    ? `a stage of a build, ${id.replace('sha256:', '').slice(0, 12)}, ${formatSize(size)}`
    : `${tag}  ${version}  ${formatSize(size)}`;
