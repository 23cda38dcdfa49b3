// ai image build: makes the images that the next runs here want, now: a project's own, where it has one.

import type { CommandHandler } from '../commands.ts';
import { isFromNpm } from '../../assistants/assistant.ts';
import { provideImage, servicesOf } from '../../launch/image-services.ts';
import { lookAtRunImage } from '../../launch/look.ts';
import { withEngine } from '../../launch/reach-engine.ts';
import { settle } from '../../launch/settle.ts';
import { assistantNamed } from '../../launch/which-assistant.ts';
import { readHost } from '../../read/host-facts.ts';
import { Interruption } from '../../session/interruption.ts';
import { print, say } from './answer.ts';

export const build: CommandHandler = async (call) => {
  const { options } = call;
  const { settings, world, project } = await settle(call.world, options.settings, options.plain);
  const words = call.words.length > 0 ? call.words : [settings.assistant];
  const assistants = words.map((word) => assistantNamed(settings, word));
  const { caFiles } = readHost(world.environment, settings);
  const interruption = new Interruption();
  try {
    const made = await withEngine(world, settings, async ({ docker }) => {
      const services = {
        ...servicesOf(world, docker, interruption.abortSignal),
        fresh: options.extra['fresh'] === true,
      };
      const all: { assistant: string; tag: string }[] = [];
      for (const assistant of assistants) {
        if (assistant.image === undefined && !isFromNpm(assistant.package)) {
          say(call, `${assistant.name} has no image: it is a program on your PATH`);
          continue;
        }
        const image = await lookAtRunImage(world, assistant, settings, project);
        // Several assistants may be one package.
        if (all.some(({ tag }) => tag === image.tag)) continue;
        const wanted = { assistant, settings, image, caFiles, project };
        await provideImage(world, wanted, services);
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
