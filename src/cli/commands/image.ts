// ai image: the images of the assistants, listed, made, taken back to an earlier version, pinned to one, and cleared away.

import type { CommandHandler } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { nearest } from '../../base/nearest.ts';

const actions = {
  list: async () => (await import('./image-list.ts')).list,
  build: async () => (await import('./image-build.ts')).build,
  rollback: async () => (await import('./image-rollback.ts')).rollback,
  pin: async () => (await import('./image-pin.ts')).pin,
  prune: async () => (await import('./image-prune.ts')).prune,
} satisfies Record<string, () => Promise<CommandHandler>>;

/** Which of them an option is for. */
const optionsOf: Readonly<Record<string, keyof typeof actions>> = {
  fresh: 'build',
  off: 'pin',
};

export const image: CommandHandler = async (call) => {
  const [action = 'list', ...words] = call.words;
  if (!Object.hasOwn(actions, action))
    throw new AiError('AI_USAGE', {
      problem: `ai image has no action “${action}”`,
      next: `ai image ${nearest(action, Object.keys(actions)) ?? Object.keys(actions).join('|')}`,
    });
  for (const [option, its] of Object.entries(optionsOf))
    if (call.options.extra[option] === true && its !== action)
      throw new AiError('AI_USAGE', {
        problem: `--${option} goes with ai image ${its}`,
        next: `ai image ${its} --help`,
      });
  if (call.options.plain.dryRun && action !== 'prune')
    throw new AiError('AI_USAGE', {
      problem: '--dry-run goes with ai image prune',
      next: 'ai image prune --dry-run',
    });
  const handler = await actions[action as keyof typeof actions]();
  return handler({ ...call, words });
};
