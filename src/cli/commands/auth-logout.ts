// ai auth logout: ends logins here, with a backup. Nothing is revoked at the vendor.

import type { CommandHandler } from '../commands.ts';
import { assistantsOf } from '../../assistants/registry.ts';
import { AiError } from '../../base/errors.ts';
import { settle } from '../../launch/settle.ts';
import { logOut } from '../../state/log-out.ts';
import { print, say } from './answer.ts';
import { assistantsNamed } from './auth.ts';

export const logout: CommandHandler = async (call) => {
  const { world, options, words } = call;
  const all = options.extra['all'] === true;
  if (words.length === 0 && !all)
    throw new AiError('AI_USAGE', {
      problem: 'ai auth logout needs the name of an assistant, or --all',
      next: 'ai auth logout claude',
    });
  const { settings } = await settle(world, options.settings, options.plain);
  const { profile, backups } = settings;
  const { stateDirectory } = world;
  const ended: { assistant: string; files: readonly string[]; remaining: readonly string[] }[] = [];
  const registry = assistantsOf(settings.assistants);
  for (const assistant of all ? registry.values() : assistantsNamed(settings, words)) {
    const done = await logOut(assistant, { stateDirectory, profile, backups });
    ended.push({ assistant: assistant.name, ...done });
  }
  if (options.plain.json) {
    print(call, { profile, ended });
    return 0;
  }
  for (const { assistant, files, remaining } of ended) {
    if (files.length > 0)
      say(call, `logged out of ${assistant}; ai auth restore ${assistant}  brings it back`);
    else if (!all) say(call, `there was no login of ${assistant}`);
    if (remaining.length > 0)
      say(call, `your own copy stays, and is no longer kept in step: ${remaining.join(', ')}`);
  }
  return 0;
};
