// Which command a command line means. `ai [options] [command | assistant | "prompt"] […]`.

import { assistantNames, isAssistantName } from '../assistants/registry.ts';
import { AiError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import {
  commandNames,
  commands,
  isCommandName,
  type CommandName,
  type CommandRecord,
} from './commands.ts';
import { parseOptions, type ParsedOptions } from './options.ts';

export interface Dispatch {
  command: CommandName;
  options: ParsedOptions;
  words: readonly string[];
}

/** @throws AiError AI_USAGE, AI_UNKNOWN_NAME */
export function dispatch(argv: readonly string[]): Dispatch {
  const before = parseOptions(argv, { passThrough: true });
  const [first, ...rest] = before.words;
  if (first === undefined || before.afterDashes || isAssistantName(first))
    return {
      command: 'run',
      options: before,
      words: before.afterDashes ? ['--', ...before.words] : before.words,
    };
  if (isCommandName(first)) {
    const record: CommandRecord = commands[first];
    const after = parseOptions(rest, record);
    const words = after.afterDashes && first === 'run' ? ['--', ...after.words] : after.words;
    return { command: first, options: together(before, after), words };
  }
  // A sentence is a prompt for the default assistant; a single word is more likely a typing mistake.
  if (/\s/.test(first)) return { command: 'run', options: before, words: before.words };
  throw new AiError('AI_UNKNOWN_NAME', {
    name: first,
    nearest: nearest(first, [...commandNames, ...assistantNames]),
  });
}

function together(before: ParsedOptions, after: ParsedOptions): ParsedOptions {
  return {
    ...after,
    plain: { ...before.plain, ...after.plain },
    settings: { ...after.settings, values: [...before.settings.values, ...after.settings.values] },
  };
}
