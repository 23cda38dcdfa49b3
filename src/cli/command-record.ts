// What is known of a command without loading it, and how it is called.

import type { World } from '../launch/world.ts';
import type { ExtraOption, OptionName, ParsedOptions } from './options.ts';

export interface CommandCall {
  world: World;
  /** Options before and after the command's name, taken together. */
  options: ParsedOptions;
  /** The words after the command's name and its options. */
  words: readonly string[];
}

export type CommandHandler = (call: CommandCall) => Promise<number>;

export interface CommandRecord {
  summary: string;
  usage: string;
  /** The words are somebody else's command line: options end at the first of them. */
  passThrough: boolean;
  extra?: readonly ExtraOption[];
  /** What its words are: an assistant with its arguments, a command line, names of runs, one name, an action, or none. */
  takes: 'assistant' | 'command' | 'runs' | 'name' | 'words' | 'nothing';
  /** Of the launcher's options those that it uses, beside the general ones; a command without these starts a run. */
  uses?: readonly OptionName[];
  /** Of those that it takes too: the settings, which its help does not list again. */
  alsoTakes?: readonly OptionName[];
  /** What its first word may be, for its help. */
  actions?: readonly (readonly [string, string])[];
  load: () => Promise<CommandHandler>;
}
