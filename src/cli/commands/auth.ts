// ai auth: the logins of the assistants, shown, made, ended, taken over, backed up and brought back.

import type { CommandHandler } from '../commands.ts';
import type { Assistant } from '../../assistants/assistant.ts';
import { AiError } from '../../base/errors.ts';
import { nearest } from '../../base/nearest.ts';
import { migrateOnce } from '../../launch/migrate-once.ts';
import { saveLeft } from '../../launch/save-left.ts';
import { assistantNamed } from '../../launch/which-assistant.ts';
import type { Settings } from '../../settings/schema.ts';

const actions = {
  status: async () => (await import('./auth-status.ts')).status,
  login: async () => (await import('./auth-login.ts')).login,
  logout: async () => (await import('./auth-logout.ts')).logout,
  import: async () => (await import('./auth-import.ts')).importLogins,
  migrate: async () => (await import('./auth-import.ts')).migrateLogins,
  backup: async () => (await import('./auth-backup.ts')).backup,
  restore: async () => (await import('./auth-backup.ts')).restore,
} satisfies Record<string, () => Promise<CommandHandler>>;

export const auth: CommandHandler = async (call) => {
  const [action = 'status', ...words] = call.words;
  if (!Object.hasOwn(actions, action))
    throw new AiError('AI_USAGE', {
      problem: `ai auth has no action “${action}”`,
      next: `ai auth ${nearest(action, Object.keys(actions)) ?? Object.keys(actions).join('|')}`,
    });
  if (!call.options.plain.dryRun) {
    const { world, options } = call;
    await saveLeft(world, options.settings, options.plain);
    if (action !== 'migrate') await migrateOnce(world);
  }
  const handler = await actions[action as keyof typeof actions]();
  return handler({ ...call, words });
};

/** @throws AiError AI_UNKNOWN_NAME */
export const assistantsNamed = (
  settings: Settings,
  words: readonly string[],
): readonly Assistant[] => words.map((word) => assistantNamed(settings, word, 'ai auth status'));

/** The one assistant that is named. @throws AiError AI_USAGE, AI_UNKNOWN_NAME */
export function oneAssistant(
  settings: Settings,
  words: readonly string[],
  action: string,
): Assistant | undefined {
  const [one, another] = assistantsNamed(settings, words);
  if (another === undefined) return one;
  throw new AiError('AI_USAGE', {
    problem: `ai auth ${action} takes one assistant, but got “${words.join(' ')}”`,
    next: `ai auth ${action} ${one?.name ?? ''}`,
  });
}
