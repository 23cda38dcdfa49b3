// The one line that loads the functions into a user's shell: where it goes, what it says, and how it comes out again. Pure.

import { path } from '../base/path.ts';
import { quoteForShell } from '../base/quote.ts';
import type { Shell } from '../base/shells.ts';

interface Place {
  home: string;
  environment: Readonly<Partial<Record<string, string>>>;
}

/** The files in which an interactive shell of that kind finds what to do first, the one to write in before others. */
export function rcFiles(shell: Shell, { home, environment }: Place): readonly string[] {
  const { ZDOTDIR, XDG_CONFIG_HOME } = environment;
  const below = (
    name: string,
    ...directories: readonly (string | undefined)[]
  ): readonly string[] => [
    ...new Set(directories.flatMap((one) => (one ? [path.join(one, name)] : []))),
  ];
  switch (shell) {
    case 'zsh':
      return below('.zshrc', ZDOTDIR, home);
    case 'bash':
      return below('.bashrc', home);
    case 'fish':
      return below('fish/config.fish', XDG_CONFIG_HOME, path.join(home, '.config'));
  }
}

/** The name of the shell that the user logs in with: `bash` for `/usr/bin/bash`. */
export const shellOf = ({ environment }: Pick<Place, 'environment'>): string =>
  path.basename(environment['SHELL'] ?? '');

/** Says nothing where the file is gone: on another machine that has the same rc file, and after `ai` itself. */
export function rcLine(shell: Shell, file: string, home: string): string {
  const word = wordFor(shell, file, home);
  return shell === 'fish'
    ? `test ! -r ${word}; or source ${word}`
    : `[ ! -r ${word} ] || . ${word}`;
}

/** By the name of the home, so that the same line serves on other machines. */
function wordFor(shell: Shell, file: string, home: string): string {
  const below = path.relative(home, file);
  const isPlain = /^[\w.-]+(\/[\w.-]+)*$/.test(below) && !below.startsWith('..');
  if (isPlain) return `~/${below}`;
  return shell === 'fish'
    ? `'${file.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`
    : quoteForShell(file);
}

/** What our line ends with, by what had to be done for it. */
const marks = {
  plain: '  # ai setup',
  /** The last line before it had no end. */
  endsLine: '  # ai setup (ended the line before)',
  makesFile: '  # ai setup (made this file)',
};

/** @param text of the file, undefined where there is none. Byte for byte: each character is one. */
export function withLine(text: string | undefined, line: string): string {
  if (text === undefined) return `${line}${marks.makesFile}\n`;
  if (text === '' || text.endsWith('\n')) return `${text}${line}${marks.plain}\n`;
  return `${text}\n${line}${marks.endsLine}\n`;
}

/**
 * The text as it was before; undefined if it was no file. The same text where nothing of it is ours.
 */
export function withoutLine(text: string, shell: Shell): string | undefined {
  const found = ourLine(shell).exec(text);
  if (found === null) return text;
  const [whole, , mark] = found;
  const [before, after] = [text.slice(0, found.index), text.slice(found.index + whole.length)];
  if (mark === marks.makesFile && before === '' && after === '') return undefined;
  const left =
    mark === marks.endsLine && after === '' && before.endsWith('\n')
      ? before.slice(0, -1)
      : `${before}${after}`;
  return withoutLine(left, shell);
}

/** True if a line of ours is in it. */
export const hasOurLine = (text: string, shell: Shell): boolean => ourLine(shell).test(text);

/** The number of the first line by which the user has seen to it without us; undefined where there is none. */
export function ownLine(text: string, shell: Shell): number | undefined {
  const loads = new RegExp(`^(?!\\s*#).*(/shell/ai\\.${shell}|\\bai shell-init ${shell})\\b`);
  const index = text
    .split('\n')
    .findIndex((line) => loads.test(line) && !ourLine(shell).test(`${line}\n`));
  return index < 0 ? undefined : index + 1;
}

/** Only as we write it: a line that somebody has changed is theirs. */
function ourLine(shell: Shell): RegExp {
  const word = `(\\S.*/ai\\.${shell}'?)`;
  const body =
    shell === 'fish' ? `test ! -r ${word}; or source \\1` : `\\[ ! -r ${word} \\] \\|\\| \\. \\1`;
  const ends = Object.values(marks).map((mark) => mark.replaceAll(/[()]/g, '\\$&'));
  return new RegExp(`^${body}(${ends.join('|')})(?:\\n|(?![^]))`, 'm');
}
