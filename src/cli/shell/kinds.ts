// What words and values are, for completion: which of them can be listed, which are files, which are anybody's guess.

import { isList, isObject, type JsonValue } from '../../base/json.ts';
import { schema, settingKeys, type SettingKey } from '../../settings/schema.ts';
import type { SettingRecord } from '../../settings/setting.ts';
import type { CommandRecord } from '../commands.ts';
import type { ExtraOption, OptionName } from '../options.ts';

/** The name of a list of the model, or one of these, which the shell looks up when it is asked. */
export type Kind =
  | 'assistants'
  | 'profiles'
  | 'runs'
  | 'changes'
  | 'audit'
  | 'secrets'
  | 'files'
  | 'directories'
  | 'command'
  | 'nothing'
  | (string & {});

/** Values that can be listed, of the settings that have some. */
export const settingValues: readonly (readonly [SettingKey, readonly string[]])[] =
  settingKeys.flatMap((key) => {
    const values = valuesOf((schema[key] as SettingRecord).type.json);
    return values.length === 0 ? [] : [[key, values] as const];
  });

/** The list of the values of a setting. */
export const valuesOfKey = (key: string): Kind => `value.${key}`;

/** The list of the first words of a command. */
export const actionsOf = (command: string): Kind => `${command}.actions`;

const kindsOfOptions: Partial<Record<OptionName, Kind>> = {
  assistant: 'assistants',
  profile: 'profiles',
  directory: 'directories',
  envFiles: 'files',
  mounts: 'files',
};

/** What the value of an option is; undefined where it takes none. */
export function kindOfOption(name: OptionName, { flags }: ExtraOption): Kind | undefined {
  if (!takesValue(flags)) return undefined;
  const ofSetting = settingValues.some(([key]) => key === name) ? valuesOfKey(name) : 'nothing';
  return kindsOfOptions[name] ?? ofSetting;
}

/** The same of an option of one command alone. */
export function kindOfExtra({ flags }: ExtraOption): Kind | undefined {
  if (!takesValue(flags)) return undefined;
  if (flags.includes('--run ')) return 'audit';
  return flags.includes('--functions ') ? 'functions' : 'nothing';
}

const takesValue = (flags: string): boolean => /[<[]/.test(flags);

/** Patterns of `command/words before/the first of them` and what comes next there, where a record does not say it all. */
const wordsOfCommands: Readonly<Record<string, readonly (readonly [string, Kind])[]>> = {
  changes: [['0/*', 'changes']],
  mode: [['0/*', 'assistants']],
  auth: [
    ['0/*', actionsOf('auth')],
    ['*/login', 'assistants'],
    ['*/logout', 'assistants'],
    ['*/status', 'assistants'],
    ['*/import', 'assistants'],
  ],
  secrets: [
    ['0/*', actionsOf('secrets')],
    ['1/import', 'files'],
    ['*/rm', 'secrets'],
    ['1/set', 'secrets'],
  ],
  config: [
    ['0/*', actionsOf('config')],
    ['1/get', 'keys'],
    ['1/set', 'keys'],
    ['1/unset', 'keys'],
    ['*/set', 'values'],
    ['*/validate', 'files'],
  ],
  update: [['*', 'assistants']],
  image: [
    ['0/*', actionsOf('image')],
    ['*/build', 'assistants'],
    ['1/rollback', 'assistants'],
    ['1/pin', 'assistants'],
  ],
  audit: [['0/*', actionsOf('audit')]],
  'shell-init': [['0/*', 'shells']],
  completion: [['0/*', 'shells']],
  explain: [['0/*', 'codes']],
  help: [['0/*', 'commands']],
  // Areas, of which several may be named.
  doctor: [['*', actionsOf('doctor')]],
  // It takes none.
  shell: [],
};

const kindsOfTakes: Partial<Record<CommandRecord['takes'], readonly (readonly [string, Kind])[]>> =
  {
    assistant: [['*', 'assistants']],
    command: [['*', 'command']],
    runs: [['*', 'runs']],
  };

/** What the words of a command are. The first pattern that fits counts; without one there is nothing to say. */
export function wordsOfCommand(
  name: string,
  { takes, actions }: Pick<CommandRecord, 'takes' | 'actions'>,
): readonly (readonly [pattern: string, Kind])[] {
  const found =
    wordsOfCommands[name] ??
    kindsOfTakes[takes] ??
    (actions ? [['0/*', actionsOf(name)] as const] : []);
  return found.map(([pattern, kind]) => [`${name}/${pattern}`, kind]);
}

function valuesOf(json: JsonValue): readonly string[] {
  if (!isObject(json)) return [];
  if (json['type'] === 'boolean') return ['true', 'false'];
  const { enum: values, anyOf } = json;
  if (isList(values)) return values.filter((value) => typeof value === 'string');
  return isList(anyOf)
    ? anyOf.flatMap(valuesOf).filter((value, at, all) => all.indexOf(value) === at)
    : [];
}
