// ai image build: makes the images that the next runs want, now.

import type { CommandHandler } from '../commands.ts';
import { provideImage, servicesOf } from '../../launch/image-services.ts';
import { lookAtImage } from '../../launch/look.ts';
import { withEngine } from '../../launch/reach-engine.ts';
import { settle } from '../../launch/settle.ts';
import { targetsOf } from '../../launch/updates/targets.ts';
import { readHost } from '../../read/host-facts.ts';
import { Interruption } from '../../session/interruption.ts';
import { print, say } from './answer.ts';

export const build: CommandHandler = async (call) => {
  const { options } = call;
  const { settings, world } = await settle(call.world, options.settings, options.plain);
  const words = call.words.length > 0 ? call.words : [settings.assistant];
  const targets = targetsOf(world, settings, words);
  const { caFiles } = readHost(world.environment, settings);
  const interruption = new Interruption();
  try {
    const made = await withEngine(world, settings, async ({ docker }) => {
      const services = {
        ...servicesOf(world, docker, interruption.abortSignal),
        fresh: options.extra['fresh'] === true,
      };
      const all: { assistant: string; tag: string }[] = [];
      for (const target of targets) {
        const { assistant } = target;
        if (target.kind === 'own') {
          say(call, `${assistant.name} has no image: it is a program on your PATH`);
          continue;
        }
        const image = lookAtImage(world, assistant, settings);
        await provideImage(
          world,
          { assistant, settings, image, caFiles, project: undefined },
          services,
        );
        all.push({ assistant: assistant.name, tag: image.tag });
      }
      return all;
    });
    if (options.plain.json) print(call, made);
    else
      for (const { assistant, tag } of made)
        say(call, `the image of ${assistant} is there: ${tag}`);
    return 0;
  } finally {
    interruption.stop();
  }
};
