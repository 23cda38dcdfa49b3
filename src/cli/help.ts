// Help texts: the overview, and all of one command, from the records that parse it.

import { commandNames, type CommandName } from '../base/command-names.ts';
import { commands, optionsOf, type CommandRecord } from './commands.ts';
import { hang, pairs, widthFor } from './layout.ts';
import { optionsCommand } from './options.ts';
import { overview } from './overview.ts';

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
