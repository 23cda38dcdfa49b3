// What the shells' texts share: which option takes what, in which words, and what is said where `ai` itself is gone.

import type { Shell } from '../../base/shells.ts';
import type { ShellFunction } from './functions.ts';
import type { CompletionModel, CompletedOption, Listed } from './model.ts';

/** Patterns of `command option` and what the value of that option is, for a `case`. */
export function valueCases({
  options,
  commands,
}: CompletionModel): readonly (readonly [patterns: readonly string[], kind: string])[] {
  return [
    ...commands.flatMap(({ name, own }) => casesOf(own, name)),
    // An option of the launcher's means the same everywhere.
    ...casesOf(options, '*'),
  ];
}

const casesOf = (
  options: readonly CompletedOption[],
  command: string,
): readonly (readonly [readonly string[], string])[] =>
  options.flatMap(({ names, value }) =>
    value === undefined ? [] : [[names.map((name) => `${command} ${name}`), value] as const],
  );

/** Each name of an option with what it means. */
export const listedOptions = (options: readonly CompletedOption[]): readonly Listed[] =>
  options.flatMap(({ names, help }) => names.map((name) => [name, help] as const));

/** Commands whose words are somebody else's command line. */
export const passThroughNames = ({ commands }: CompletionModel): readonly string[] =>
  commands.flatMap(({ name, passThrough }) => (passThrough ? [name] : []));

/** Words that a command line of `ai` may begin with, beside assistants. */
export const commandWords = ({ commands }: CompletionModel): readonly string[] => [
  ...commands.map(({ name }) => name),
  'help',
];

/** Said after the function's name. */
export const missing = (shell: Shell): { what: string; next: string } => ({
  what: 'is a function that calls ai, and ai is not on your PATH',
  next: `    install ai again, or take the line with ai.${shell} out of the file that loads it`,
});

/** The functions of zsh and bash, which differ in how they look for a program. @param before what stands before one of that name */
export const functionLines = (
  functions: readonly ShellFunction[],
  before: (name: string) => string = () => '',
): string =>
  [
    `unalias ${functions.map(({ name }) => quoted(name)).join(' ')} 2>/dev/null || :`,
    ...functions.map(
      ({ name, words }) =>
        `${before(name)}function ${name} { _ai_there ${name} || return; command ai ${words.join(' ')} "$@"; }`,
    ),
  ].join('\n');

/** One word of zsh and bash. */
export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** A pattern of theirs, in which only the command may be any. */
export const quotedPattern = (pattern: string): string =>
  pattern.startsWith('*') ? `*${quoted(pattern.slice(1))}` : quoted(pattern);
