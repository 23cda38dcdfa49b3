// The setting `overlay`: directories of a project of which the container has its own, where packages and builds end up.

import type { JsonValue } from '../base/json.ts';
import { setting } from './setting.ts';
import { list, problemsInList, type DataProblem, type ValueType } from './types.ts';

/** Takes back all that stands before it, and what is on by default. */
export const overlayOff = 'off';

/** What package managers and compilers fill for the system that they run on. */
export const usualOverlays = ['node_modules', '.venv', 'target'] as const;

/** Every directory of a project is held against every one of them. */
const mostNames = 50;

/** Letters. A path of this length still fits into what the system takes, below any project. */
const longestName = 1000;

/** What `problemWith` has nothing to say about, for editors: parts, none of them `.`, `..` or `.git`, and no pattern. */
const form = String.raw`^(?!\s*$)(?![/~!])(?:\./)?(?:(?!\.{0,2}/|\.{0,2}$|\.[gG][iI][tT](?:/|$))[^/*?,\x00-\x1f\x7f-\x9f]+(?:/(?=[^/])|/*$))+$`;

/** Later layers add names. What has a slash is one place below the root; a name alone is meant in every package. */
const overlayNames: ValueType<readonly string[]> = {
  expected: 'a list of directories of the project like node_modules or web/dist, or off',
  json: {
    type: ['string', 'array'],
    ...{ pattern: form, maxLength: longestName, maxItems: mostNames },
    items: { type: 'string', pattern: form, maxLength: longestName },
  },
  problemsIn: (data) => problemsInList(data, [mostNames, 'names'], problemsOf),
  fromText: (value) => onlyRight(list.fromText(value)),
  fromFlag: (value) => onlyRight([value]),
  fromData: (data) => onlyRight(list.fromData(data)),
  toData: (names): JsonValue =>
    names.length === 1 && names[0] === overlayOff ? overlayOff : [...names],
  combine: (earlier, later) => {
    const all = [...earlier, ...later];
    return all.slice(Math.max(0, all.lastIndexOf(overlayOff)));
  },
};

export const overlay = {
  overlay: setting<readonly string[] | undefined>({
    type: overlayNames,
    default: undefined,
    flag: '--overlay <directory>',
    shorthand: {
      flag: '--no-overlay',
      means: overlayOff,
      help: 'the project’s own directories inside, as --overlay off',
    },
    help: 'the container’s own node_modules, .venv, … in place of yours, kept between runs; or off',
    trust: 'harmless',
    reachesHost: keepsWork,
  }),
} as const;

/**
 * What anybody may ask for are the usual ones, which can be made again. What is written into any other does not reach the user's
 * project, and `off` lets a run write into what the user wants to keep from it.
 */
function keepsWork(data: unknown): boolean {
  const names = overlayNames.fromData(data);
  return names?.every((name) => usualOverlays.some((usual) => usual === name)) !== true;
}

/** An empty list is written by those who want none. */
const onlyRight = (names: readonly string[] | undefined): readonly string[] | undefined =>
  names?.length === 0
    ? [overlayOff]
    : names?.every((name) => problemWith(name) === undefined)
      ? names.map((name) => name.replace(/(?<=.)\/+$/, ''))
      : undefined;

function problemsOf(item: unknown, path: readonly string[]): readonly DataProblem[] {
  const problem = typeof item === 'string' ? problemWith(item) : 'must be a text';
  return problem === undefined ? [] : [{ path, problem }];
}

function problemWith(name: string): string | undefined {
  const parts = name.replace(/^\.\//, '').replace(/\/+$/, '').split('/');
  if (name.trim() === '' || parts.every((part) => part === '' || part === '.'))
    return 'must name a directory below the project’s root';
  if (/\p{Cc}/u.test(name)) return 'must be one line';
  if (name.startsWith('/') || name.startsWith('~'))
    return 'must stay in the project: names count from its root, without / or ~ before them';
  if (parts.includes('..')) return 'must stay in the project: without ..';
  if (parts.some((part) => part === '' || part === '.'))
    return 'must be a plain path: without // and /./ in it';
  if (parts.some((part) => part.toLowerCase() === '.git'))
    return 'must not be .git or in it: git needs the project’s own';
  if (/^!|[*?]/.test(name))
    return 'must be a name, not a pattern: a name alone is meant in every package';
  if (name.includes(',')) return 'must be one name: several make a list';
  return name.length > longestName ? `must not have more than ${longestName} letters` : undefined;
}
