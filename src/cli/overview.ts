// The overview (`ai --help`): one screen that leads with examples.

import { builtInNames } from '../base/assistant-definition.ts';
import { hang, pairs } from './layout.ts';

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
