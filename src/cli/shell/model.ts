// What can be completed where, from the records that parse the same words. No shell is known here.

import { builtInNames } from '../../base/assistant-definition.ts';
import { shells } from '../../base/shells.ts';
import { schema, settingKeys } from '../../settings/schema.ts';
import type { SettingRecord } from '../../settings/setting.ts';
import { commands, optionsOf, type CommandRecord } from '../commands.ts';
import { optionRecords, type ExtraOption } from '../options.ts';
import { pageCodes, pageOf } from '../error-pages/pages.ts';
import { shellFunctions } from './functions.ts';
import {
  actionsOf,
  kindOfExtra,
  kindOfOption,
  settingValues,
  valuesOfKey,
  wordsOfCommand,
  type Kind,
} from './kinds.ts';

export interface CompletedOption {
  /** `-a`, `--assistant`. */
  names: readonly string[];
  help: string;
  /** What its value is; undefined where it takes none. */
  value: Kind | undefined;
}

export interface CompletedCommand {
  name: string;
  /** Options of its own. */
  own: readonly CompletedOption[];
  /** Names of those of the launcher's that it takes. */
  takes: readonly string[];
  /** Its words are an assistant or a command line: options end at the first. */
  passThrough: boolean;
}

/** A word and what it means, if that is to be said. */
export type Listed = readonly [word: string, help?: string];

export interface CompletionModel {
  options: readonly CompletedOption[];
  commands: readonly CompletedCommand[];
  /** Patterns of `command/count of words before/the first of them`. */
  words: readonly (readonly [pattern: string, Kind])[];
  lists: readonly (readonly [name: string, readonly Listed[]])[];
}

export function completionModel(): CompletionModel {
  const options = optionRecords().map((option) => ({
    name: option.name,
    completed: completed(option, kindOfOption(option.name, option)),
  }));
  const records: readonly (readonly [string, CommandRecord])[] = Object.entries(commands);
  return {
    options: options.map((option) => option.completed),
    commands: records.map(([name, record]) => {
      const taken = optionsOf(record);
      return {
        name,
        own: (record.extra ?? []).map((option) => completed(option, kindOfExtra(option))),
        takes: options
          .filter((option) => taken.includes(option.name))
          .flatMap((option) => option.completed.names),
        passThrough: record.passThrough,
      };
    }),
    words: [...records, ['help', { takes: 'words' }] as const].flatMap(([name, record]) =>
      wordsOfCommand(name, record),
    ),
    lists: lists(records),
  };
}

function completed({ flags, help }: ExtraOption, value: Kind | undefined): CompletedOption {
  return { names: flags.match(/--?[A-Za-z][a-z-]*(?=[\s,]|$)/g) ?? [], help, value };
}

function lists(records: readonly (readonly [string, CommandRecord])[]): CompletionModel['lists'] {
  const names = (...words: readonly string[]): readonly Listed[] => words.map((word) => [word]);
  const ofRecords = records.flatMap(([name, { actions = [] }]) =>
    actions.length === 0
      ? []
      : [[actionsOf(name), actions.map(([text, help]) => [wordOf(text), help] as const)] as const],
  );
  return [
    ...new Map<string, readonly Listed[]>([
      [
        'commands',
        [
          ...records.map(([name, { summary }]) => [name, summary] as const),
          ['help', 'this, or the help of a command'],
        ],
      ],
      ['assistants', names(...builtInNames)],
      ['codes', pageCodes.map((code) => [code, pageOf(code).summary] as const)],
      ['shells', names(...shells)],
      ['functions', names('all', 'none', ...shellFunctions.map(({ name }) => name))],
      ['keys', settingKeys.map((key) => [key, (schema[key] as SettingRecord).help])],
      [
        actionsOf('auth'),
        names('status', 'login', 'logout', 'import', 'migrate', 'backup', 'restore'),
      ],
      [actionsOf('secrets'), names('list', 'set', 'import', 'rm')],
      [actionsOf('audit'), names('show')],
      // A record that says what they mean knows better.
      ...ofRecords,
      ...settingValues.map(([key, values]) => [valuesOfKey(key), names(...values)] as const),
    ]),
  ];
}

/** `set KEY VALUE …` -> `set`. */
const wordOf = (text: string): string => text.split(' ')[0] ?? text;
