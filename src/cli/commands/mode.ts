// ai mode: says which assistant is the default, or makes another one the default.

import type { CommandCall, CommandHandler } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { showAsJson } from '../../base/quote.ts';
import { changeSetting } from '../../launch/change-setting.ts';
import { settle } from '../../launch/settle.ts';
import { assistantNamed, unknownDefault } from '../../launch/which-assistant.ts';
import { schema } from '../../settings/schema.ts';
import { sayWhatWins } from './config-set.ts';

export const mode: CommandHandler = async (call) => {
  const [name, another] = call.words;
  if (another !== undefined)
    throw new AiError('AI_USAGE', {
      problem: `ai mode takes one assistant, but got “${call.words.join(' ')}”`,
      next: 'ai assistants  lists them',
    });
  return name === undefined ? show(call) : set(call, name);
};

const show: CommandHandler = async ({ world, options }) => {
  const settled = await settle(world, options.settings, options.plain);
  const { assistant } = settled.settings;
  const origin = settled.origins.assistant ?? null;
  const wrong = unknownDefault(settled);
  if (wrong) throw new AiError('AI_SETTING_INVALID', { problems: [wrong] });
  const { stdout, stderr } = world.streams;
  if (options.plain.json) stdout.write(`${showAsJson({ assistant, origin })}\n`);
  else {
    stdout.write(`${assistant}\n`);
    if (origin !== null && (stderr as { isTTY?: boolean }).isTTY === true)
      world.emit({ type: 'note', text: `set by ${origin}` });
  }
  return 0;
};

/** @throws AiError AI_UNKNOWN_NAME */
async function set({ world, options }: CommandCall, name: string): Promise<number> {
  const { settings } = await settle(world, options.settings, options.plain);
  const assistant = assistantNamed(settings, name, 'ai mode').name;
  const place = { key: 'assistant', inside: [], type: schema.assistant.type } as const;
  const change = { place, value: assistant, isProject: false, where: options.plain };
  const changed = await changeSetting(world, change);
  const overriddenBy = changed.others.at(-1)?.place ?? null;
  if (options.plain.json) {
    const answer = { assistant, file: changed.file, changed: changed.changed, overriddenBy };
    world.streams.stdout.write(`${showAsJson(answer)}\n`);
  } else world.emit({ type: 'note', text: `default assistant: ${assistant}` });
  sayWhatWins({ world }, changed, 'assistant');
  return 0;
}
