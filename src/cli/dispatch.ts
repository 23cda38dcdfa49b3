// Which command a command line means. `ai [options] [command | assistant | "prompt"] […]`.

import { builtInNames, isBuiltIn } from '../base/assistant-definition.ts';
import { commandNames, isCommandName, type CommandName } from '../base/command-names.ts';
import { AiError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { commands, optionsOf, type CommandRecord } from './commands.ts';
import { flagOf, parseOptions, type ParsedOptions, type PlainOptions } from './options.ts';

export interface Dispatch {
  command: CommandName;
  options: ParsedOptions;
  words: readonly string[];
  /** There was nothing but options: no command, no assistant, no prompt. */
  bare?: true;
}

/**
 * @param own names of assistants that the settings define; they are worth a look only where a name is not known without them
 * @throws AiError AI_USAGE, AI_UNKNOWN_NAME
 */
export function dispatch(argv: readonly string[], own: readonly string[] = []): Dispatch {
  const isAssistant = (word: string): boolean => isBuiltIn(word) || own.includes(word);
  const takeNative = (given: Dispatch): Dispatch => withNative(given, isAssistant);
  const before = parseOptions(argv, { passThrough: true });
  const [first, ...rest] = before.words;
  if (first === undefined || before.afterDashes || isBuiltIn(first))
    return takeNative({
      command: 'run',
      options: before,
      words: before.afterDashes ? ['--', ...before.words] : before.words,
      ...(first === undefined && { bare: true }),
    });
  if (first === 'help' || first === 'version') return dispatchAsked(first, rest, own);
  if (isCommandName(first)) {
    const record: CommandRecord = commands[first];
    const after = parseOptions(rest, record);
    const words = after.afterDashes && first === 'run' ? ['--', ...after.words] : after.words;
    const options = together(before, after);
    checkUse(first, record, options, words);
    return takeNative({ command: first, options, words });
  }
  if (isAssistant(first))
    return takeNative({ command: 'run', options: before, words: before.words });
  // A sentence is a prompt for the default assistant; a single word is more likely a typing mistake.
  if (/\s/.test(first)) return { command: 'run', options: before, words: before.words };
  throw new AiError('AI_UNKNOWN_NAME', {
    name: first,
    nearest: nearest(first, [...commandNames, ...builtInNames, ...own]),
  });
}

/** `ai help ps` is `ai ps --help`; all options are those of a run. */
function dispatchAsked(
  what: 'help' | 'version',
  rest: readonly string[],
  own: readonly string[],
): Dispatch {
  const topic = what === 'help' && rest[0] === 'options' ? ['run', ...rest.slice(1)] : rest;
  return dispatch([...topic, `--${what}`], own);
}

/** `--native` directly after the assistant's name is ours, so that aliases can hold the name. */
function withNative(given: Dispatch, isAssistant: (word: string) => boolean): Dispatch {
  const { command, options, words } = given;
  const [name = '', flag = '', ...rest] = words;
  if (command !== 'run' || !isAssistant(name) || !/^--(native|local)$/.test(flag)) return given;
  const native = {
    key: 'native',
    value: { kind: 'flag', text: 'true' },
    place: '--native',
  } as const;
  const settings = { ...options.settings, values: [...options.settings.values, native] };
  return { command, options: { ...options, settings }, words: [name, ...rest] };
}

/** What a command cannot use is a mistake, not something to pass over in silence. */
function checkUse(
  name: CommandName,
  record: CommandRecord,
  options: ParsedOptions,
  words: readonly string[],
): void {
  if (options.plain.help || options.plain.version) return;
  const misplaced = uselessOption(record, options);
  if (misplaced !== undefined)
    throw new AiError('AI_USAGE', {
      problem: `ai ${name} does not take ${misplaced}`,
      next: `ai ${name} --help`,
    });
  const { takes } = record;
  if (takes === 'nothing' && words.length > 0)
    throw new AiError('AI_USAGE', {
      problem: `ai ${name} takes no arguments, but got “${words.join(' ')}”`,
      next: `ai ${name} --help`,
    });
}

/** As it was given; undefined if all of them are of use. */
function uselessOption(
  record: CommandRecord,
  { plain, settings }: ParsedOptions,
): string | undefined {
  const used = optionsOf(record);
  const setting = settings.values.find(({ key }) => !used.some((name) => name === key));
  if (setting) return setting.place;
  // A command line of somebody else has no answer of ours that could be JSON.
  const noJson = record.takes === 'command' && !plain.dryRun;
  const names = Object.keys(plain) as (keyof PlainOptions)[];
  const option = names.find((name) => !used.includes(name) || (name === 'json' && noJson));
  return option && flagOf(option);
}

function together(before: ParsedOptions, after: ParsedOptions): ParsedOptions {
  return {
    ...after,
    plain: { ...before.plain, ...after.plain },
    settings: { ...after.settings, values: [...before.settings.values, ...after.settings.values] },
  };
}
