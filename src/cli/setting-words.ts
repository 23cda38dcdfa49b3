// The words of wrong settings: where each stands, what is wrong about it, and what to do.

import type { SettingProblem } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { quoteForShell, showOnOneLine } from '../base/quote.ts';

/**
 * A line for each: `config.yaml:3:1: memory must be …`, with the places of several in a column of their own; an option and a
 * variable name the setting already: `--memory must be …`.
 */
export function problemLines(problems: readonly SettingProblem[]): readonly string[] {
  const places = problems.map(placeOf).map(showOnOneLine);
  const width = Math.max(0, ...places.map((place) => place.length));
  return problems.map((problem, index) => {
    const place = places[index] ?? '';
    const before = problems.length > 1 ? place.padEnd(width) : place;
    return showOnOneLine(`${before}${width > 0 ? ' ' : ''}${sentenceOf(problem)}`);
  });
}

const placeOf = ({ origin }: SettingProblem): string =>
  origin === '' || namesSetting(origin) ? origin : `${origin}:`;

function sentenceOf({ origin, key, problem, nearest }: SettingProblem): string {
  const name = namesSetting(origin) || key === '' ? '' : `${key} `;
  return `${name}${problem}${nearest ? `; did you mean ${nearest}?` : ''}`;
}

/** What to do about them, in the order of the lines. */
export const nextFor = (problems: readonly SettingProblem[]): string =>
  [...new Set(problems.map(remedyOf))].join('; ');

function remedyOf({ origin, problem }: SettingProblem): string {
  if (origin === '')
    return problem === 'is not a setting'
      ? 'ai config list  shows all that there are'
      : 'give another value: nothing was changed';
  if (origin.startsWith('--')) return 'ai --help  lists the options';
  if (namesSetting(origin)) return `unset ${origin}`;
  const file = origin.replace(/(?::\d+){1,2}$/, '');
  return path.basename(file) === 'config.yaml'
    ? 'ai config edit'
    : `correct ${quoteForShell(file)}`;
}

const namesSetting = (origin: string): boolean => /^(--\S+|AI_[A-Z0-9_]+)$/.test(origin);
