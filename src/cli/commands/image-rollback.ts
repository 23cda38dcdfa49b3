// ai image rollback: the version of before, and no newer one until the user says so.

import type { CommandHandler } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { isVersion } from '../../base/version-order.ts';
import { settle } from '../../launch/settle.ts';
import { goTo } from '../../launch/updates/go-to.ts';
import { packageNamed } from '../../launch/updates/package-named.ts';
import { imagesIn } from '../../launch/updates/chosen.ts';
import { wayBack } from '../../images/version-changes.ts';
import { readVersions } from '../../images/versions.ts';
import { Interruption } from '../../session/interruption.ts';
import { print, say } from './answer.ts';

export const rollback: CommandHandler = async (call) => {
  const { options, words } = call;
  const { settings, world } = await settle(call.world, options.settings, options.plain);
  const [first, ...rest] = words;
  const isAlone = first !== undefined && isVersion(first) && rest.length === 0;
  const name = first === undefined || isAlone ? settings.assistant : first;
  const [version = isAlone ? first : undefined, another] = rest;
  if (another !== undefined)
    throw new AiError('AI_USAGE', {
      problem: `ai image rollback takes one assistant and one version, but got “${words.join(' ')}”`,
      next: 'ai image list',
    });
  const target = packageNamed(world, settings, name);
  const { program } = target;
  const way = wayBack(readVersions(imagesIn(world)), program, version);
  if ('have' in way)
    throw new AiError('AI_ROLLBACK_NONE', {
      ...{ assistant: program.name, have: way.have },
      ...(version !== undefined && { version }),
    });
  const interruption = new Interruption();
  try {
    const { from, image } = await goTo(world, settings, target, {
      ...{ to: way.to, build: true, interrupt: interruption.abortSignal },
    });
    const to = way.to.version;
    if (options.plain.json) print(call, { assistant: program.name, from, to, image, pinned: true });
    else {
      const later = image === 'later' ? ', when its image is made' : '';
      say(call, `${program.name} is ${to} again from the next start on${later}, and stays there`);
      say(call, `ai image pin ${program.name} --off  takes newer ones again`);
    }
    return 0;
  } finally {
    interruption.stop();
  }
};
