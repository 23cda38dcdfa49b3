// ai image list: the images of ours in the engine, of which version and how old each is, what it is for, and who uses it.

import type { CommandHandler } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { formatDuration, formatSize } from '../../base/units.ts';
import type { ImageUse, JudgedImage } from '../../images/wanted-images.ts';
import { withEngine } from '../../launch/reach-engine.ts';
import { settle } from '../../launch/settle.ts';
import { lookAtImages } from '../../launch/updates/look-at-images.ts';
import { formatTable } from '../table.ts';
import { print, say } from './answer.ts';

export const list: CommandHandler = async (call) => {
  const { options, words } = call;
  if (words.length > 0)
    throw new AiError('AI_USAGE', {
      problem: `ai image list takes no arguments, but got “${words.join(' ')}”`,
      next: 'ai image list',
    });
  const { settings, world } = await settle(call.world, options.settings, options.plain);
  const all = await withEngine(world, settings, ({ docker }) =>
    lookAtImages(world, settings, docker),
  );
  const images = all.filter(({ use }) => use !== 'stage');
  if (options.plain.json) print(call, images.map(asData));
  else if (images.length === 0) say(call, 'no image of an assistant is there yet');
  else {
    const { stdout } = world.streams;
    const head = ['ASSISTANT', 'VERSION', 'SIZE', 'AGE', 'FOR', 'USED BY', 'IMAGE'];
    stdout.write(await formatTable(head, images.map(asCells), stdout));
  }
  return 0;
};

const asData = (image: JudgedImage): object => {
  const { assistant, version, tag, id, size, created, use, usedBy, parent } = image;
  const made = new Date(created).toISOString();
  return {
    assistant,
    version,
    tag,
    id,
    size,
    created: made,
    for: use,
    usedBy,
    parent: parent ?? null,
  };
};

const words: Readonly<Record<ImageUse, string>> = {
  next: 'the next run',
  kept: 'rollback',
  project: 'a project',
  old: 'nothing: ai image prune',
  stage: 'a build',
  other: 'somebody else',
};

const asCells = (image: JudgedImage): string[] => [
  image.assistant,
  image.version,
  formatSize(image.size),
  formatDuration(Math.max(0, Date.now() - image.created) / 1000),
  words[image.use],
  image.usedBy.join(', ') || '-',
  image.tag,
];
