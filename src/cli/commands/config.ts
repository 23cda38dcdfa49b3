// ai config: the settings, shown, changed, and checked.

import { path } from '../../base/path.ts';
import type { CommandCall, CommandHandler } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { nearest } from '../../base/nearest.ts';
import { quoteForShell } from '../../base/quote.ts';
import { placeOf, type SettingPlace } from '../../settings/place.ts';

interface Action {
  load: () => Promise<CommandHandler>;
  /** How many words it takes. */
  words: readonly [least: number, most: number];
  /** Whether `--project`, `--origin` and settings as options mean something to it. */
  takes: readonly ('project' | 'origin' | 'settings')[];
  usage: string;
}

const actions = {
  list: {
    load: async () => (await import('./config-list.ts')).list,
    words: [0, 0],
    takes: ['origin', 'settings'],
    usage: 'list [--origin]',
  },
  get: {
    load: async () => (await import('./config-list.ts')).get,
    words: [1, 1],
    takes: ['settings'],
    usage: 'get KEY',
  },
  set: {
    load: async () => (await import('./config-set.ts')).set,
    words: [1, Infinity],
    takes: ['project'],
    usage: 'set KEY VALUE … [--project]',
  },
  unset: {
    load: async () => (await import('./config-set.ts')).unset,
    words: [1, 1],
    takes: ['project'],
    usage: 'unset KEY [--project]',
  },
  edit: {
    load: async () => (await import('./config-edit.ts')).edit,
    words: [0, 0],
    takes: ['project'],
    usage: 'edit [--project]',
  },
  path: {
    load: async () => (await import('./config-files.ts')).showPaths,
    words: [0, 0],
    takes: [],
    usage: 'path',
  },
  validate: {
    load: async () => (await import('./config-files.ts')).validate,
    words: [0, Infinity],
    takes: [],
    usage: 'validate [FILE …]',
  },
  schema: {
    load: async () => (await import('./config-files.ts')).printSchema,
    words: [0, 0],
    takes: [],
    usage: 'schema',
  },
} satisfies Record<string, Action>;

export const config: CommandHandler = async (call) => {
  const [name = 'list', ...words] = call.words;
  if (!Object.hasOwn(actions, name)) throw unknownAction(name);
  const action: Action = actions[name as keyof typeof actions];
  const [least, most] = action.words;
  if (words.length < least || words.length > most) throw misused(name, action, wordsGiven(words));
  const useless = uselessOption(call, action);
  if (useless !== undefined) throw misused(name, action, `does not take ${useless}`);
  const handler = await action.load();
  return handler({ ...call, words });
};

/** The setting that a word names. @throws AiError AI_SETTING_INVALID */
export function settingNamed(word: string): SettingPlace {
  const place = placeOf(word);
  if (!('nearest' in place)) return place;
  const problem = {
    origin: '',
    key: word || '“”',
    problem: 'is not a setting',
    nearest: place.nearest,
  };
  throw new AiError('AI_SETTING_INVALID', { problems: [problem] });
}

export const directoryOf = ({ world, options }: CommandCall): string =>
  path.resolve(world.directory, options.plain.directory ?? '.');

export const misuse = (problem: string, next: string): AiError =>
  new AiError('AI_USAGE', { problem, next });

const misused = (name: string, { usage }: Action, how: string): AiError =>
  misuse(`ai config ${name} ${how}`, `ai config ${usage}`);

const wordsGiven = (words: readonly string[]): string =>
  words.length === 0 ? 'needs more arguments' : `takes fewer arguments than “${words.join(' ')}”`;

function unknownAction(name: string): AiError {
  const known = Object.keys(actions);
  const isSetting = !('nearest' in placeOf(name));
  const next = isSetting ? `get ${quoteForShell(name)}` : (nearest(name, known) ?? known.join('|'));
  return misuse(`ai config has no action “${name}”`, `ai config ${next}`);
}

function uselessOption({ options }: CommandCall, { takes }: Action): string | undefined {
  const extra = (['project', 'origin'] as const).find(
    (option) => options.extra[option] === true && !takes.includes(option),
  );
  if (extra !== undefined) return `--${extra}`;
  return takes.includes('settings') ? undefined : options.settings.values[0]?.place;
}
