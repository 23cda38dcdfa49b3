// Help texts: examples first, one screen; the options from the same records that parse them.

import { builtInNames } from '../base/assistant-definition.ts';
import {
  commandNames,
  commands,
  optionsOf,
  type CommandName,
  type CommandRecord,
} from './commands.ts';
import { optionsCommand } from './options.ts';

const examples: readonly (readonly [string, string])[] = [
  ['ai', 'start the assistant in this project'],
  ['ai "fix the failing test"', 'start it with a prompt'],
  ['ai -p "what is this?"', 'one headless turn, the answer on stdout'],
  ['ai gemini', 'start another assistant'],
  ['ai --yolo -c', 'go on where you left off, without permission prompts'],
  ['ai exec -- npm test', 'a command where the assistant would run'],
  ['ai --dry-run', 'what would be run, as a docker line'],
];

/** @param own gives the names of the assistants in the user's settings, which not every help wants to know */
export async function printHelp(
  command: CommandName,
  words: readonly string[],
  own: () => Promise<readonly string[]>,
): Promise<void> {
  const isOverview = command === 'run' && words.length === 0;
  process.stdout.write(isOverview ? overview(await own()) : helpOf(command));
}

function overview(own: readonly string[]): string {
  return [
    'ai — an AI coding assistant in a container that is gone afterwards',
    '',
    'Usage: ai [options] [assistant] [the assistant’s own arguments …]',
    '',
    ...columns(examples),
    '',
    `Assistants: ${[...builtInNames, ...own].join(', ')}`,
    '',
    'Commands:',
    ...columns(commandNames.map((name) => [name, commands[name].summary])),
    '',
    ...optionLines(),
    '',
  ].join('\n');
}

function helpOf(name: CommandName): string {
  const record: CommandRecord = commands[name];
  const { summary, usage, actions } = record;
  return [
    usage,
    '',
    `${summary[0]?.toUpperCase() ?? ''}${summary.slice(1)}.`,
    '',
    ...(actions ? [...columns(actions), ''] : []),
    ...optionLines(record),
    '',
  ].join('\n');
}

function optionLines(record?: CommandRecord): readonly string[] {
  const command = optionsCommand(record?.extra, record && optionsOf({ ...record, alsoTakes: [] }));
  const groups = new Map<string, (readonly [string, string])[]>();
  for (const { flags, description, helpGroupHeading = '' } of command.options)
    groups.set(helpGroupHeading, [...(groups.get(helpGroupHeading) ?? []), [flags, description]]);
  return [...groups].flatMap(([title, rows], index) => [
    ...(index > 0 ? [''] : []),
    title,
    ...columns(rows),
  ]);
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
