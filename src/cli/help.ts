// Help texts: an overview of one screen that leads with examples, and all of one command; from the records that parse them.

import { builtInNames } from '../base/assistant-definition.ts';
import {
  commandNames,
  commands,
  optionsOf,
  type CommandName,
  type CommandRecord,
} from './commands.ts';
import { hang, pairs, widthFor } from './layout.ts';
import { optionsCommand } from './options.ts';

const examples: readonly (readonly [string, string])[] = [
  ['ai', 'start the assistant in this project'],
  ['ai "fix the failing test"', 'start it with a prompt'],
  ['ai -p "what is this?"', 'one headless turn, the answer on stdout'],
  ['ai gemini', 'start another assistant'],
  ['ai --yolo -c', 'go on where you left off, with no permission asked'],
  ['ai exec -- npm test', 'run a command where the assistant would run'],
  ['ai --dry-run', 'show what would be run, as a docker line'],
];

/** Commands by what they are for. Some come with later versions; what stands nowhere is listed last. */
const themes: readonly (readonly [string, string])[] = [
  ['Runs', 'run exec shell commit ps stop clean'],
  ['Look', 'where changes net audit doctor explain'],
  ['Logins', 'auth secrets'],
  ['Settings', 'config mode trust assistants'],
  ['Machine', 'setup shell-init completion image update init'],
];

const pointers: readonly (readonly [string, string])[] = [
  ['ai COMMAND --help', 'what a command does, and its options'],
  ['ai help options', 'every option of a run'],
  ['ai explain CODE', 'what an error means, and what to do'],
];

export type Topic = 'overview' | CommandName;

/** @param own gives the names of the assistants in the user's settings, which not every help wants to know */
export async function printHelp(
  topic: Topic,
  own: () => Promise<readonly string[]>,
): Promise<void> {
  const { stdout } = process;
  const width = widthFor(stdout);
  const lines =
    topic === 'overview'
      ? overview({ commands: commandNames, own: await own() }, width)
      : helpOf(topic, width);
  stdout.write(`${lines.join('\n')}\n`);
}

/** @param width Infinity for plain words, where no line is to be broken */
export function overview(
  { commands: names, own }: { commands: readonly string[]; own: readonly string[] },
  width: number,
): readonly string[] {
  const dash = width === Infinity ? ':' : ' —';
  return [
    ...hang(`ai${dash} an AI coding assistant in a container that is gone afterwards`, width),
    '',
    ...pairs(examples, width),
    '',
    ...hang('Usage: ai [options] [assistant] [the assistant’s own arguments …]', width),
    ...assistantsIn(own, width),
    '',
    'Commands:',
    ...pairs(commandsByTheme(names), width),
    '',
    ...pairs(pointers, width),
  ];
}

/** On one line: of many of the user's own those that fit. */
function assistantsIn(own: readonly string[], width: number): readonly string[] {
  const line = (names: readonly string[], rest = ''): string =>
    `Assistants: ${[...builtInNames, ...names].join(', ')}${rest}`;
  const fits = (text: string): boolean => text.length <= width;
  if (fits(line(own))) return [line(own)];
  const more = ', …';
  const most = own.findLastIndex((_name, index) => fits(line(own.slice(0, index + 1), more)));
  return hang(line(own.slice(0, most + 1), own.length > 0 ? more : ''), width);
}

function commandsByTheme(names: readonly string[]): readonly (readonly [string, string])[] {
  const known = themes.flatMap(([, list]) => list.split(' '));
  const rest: readonly (readonly [string, string])[] = [
    ['More', names.filter((name) => !known.includes(name)).join(' ')],
  ];
  return [...themes, ...rest].flatMap(([theme, list]) => {
    const there = list.split(' ').filter((name) => names.includes(name));
    return there.length === 0 ? [] : [[theme, there.join(', ')] as const];
  });
}

export function helpOf(name: CommandName, width: number): readonly string[] {
  const record: CommandRecord = commands[name];
  const { summary, usage, actions } = record;
  return [
    ...usage.split('\n').flatMap((line) => hang(line, width)),
    '',
    ...hang(`${summary[0]?.toUpperCase() ?? ''}${summary.slice(1)}.`, width, ''),
    '',
    ...(actions ? [...pairs(actions, width), ''] : []),
    ...optionLines(record, width),
  ];
}

function optionLines(record: CommandRecord, width: number): readonly string[] {
  const command = optionsCommand(record.extra, optionsOf({ ...record, alsoTakes: [] }));
  const groups = new Map<string, (readonly [string, string])[]>();
  for (const { flags, description, helpGroupHeading = '' } of command.options)
    groups.set(helpGroupHeading, [...(groups.get(helpGroupHeading) ?? []), [flags, description]]);
  return [...groups].flatMap(([title, rows], index) => [
    ...(index > 0 ? [''] : []),
    ...hang(title, width),
    ...pairs(rows, width),
  ]);
}
