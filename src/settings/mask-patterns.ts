// The setting `mask`: patterns in .gitignore's language for what of a project a run does not see.

import { list, problemsInList, type DataProblem, type ValueType } from './types.ts';

/** Every name in a project is held against every one of them. */
const mostPatterns = 300;

/** In one pattern. Each multiplies the time that a deep path takes; a project's file counts before it is trusted. */
const mostStars = 3;

/** Later layers add patterns; `!pattern` takes back what an earlier one hides. */
export const maskPatterns: ValueType<readonly string[]> = {
  expected: 'a list of patterns as in .gitignore, like .env or /secrets/',
  json: { type: ['string', 'array'], minLength: 1, items: { type: 'string', minLength: 1 } },
  problemsIn: (data) => problemsInList(data, [mostPatterns, 'patterns'], problemsOf),
  fromText: (value) => onlyRight(list.fromText(value)),
  fromFlag: (value) => onlyRight([value]),
  fromData: (data) => onlyRight(list.fromData(data)),
  combine: (earlier, later) => [...earlier, ...later],
};

/** True for patterns that would show what the user hides: somebody who is not trusted may only hide more. */
export const takesBack = (data: unknown): boolean =>
  [data].flat().some((pattern) => typeof pattern === 'string' && pattern.startsWith('!'));

const onlyRight = (patterns: readonly string[] | undefined): readonly string[] | undefined =>
  patterns?.every((pattern) => problemWith(pattern) === undefined) ? patterns : undefined;

function problemsOf(item: unknown, path: readonly string[]): readonly DataProblem[] {
  const problem = typeof item === 'string' ? problemWith(item) : 'must be a text';
  return problem === undefined ? [] : [{ path, problem }];
}

/** What would match nothing, and so hide nothing, must not pass silently (gitignore(5)). */
function problemWith(pattern: string): string | undefined {
  const body = pattern.replace(/^!/, '').trimEnd();
  if (body === '' || body === '/') return 'must name something to hide';
  if (/[\0\n\r]/.test(pattern)) return 'must be one line';
  if (pattern.startsWith('#')) return String.raw`would be a comment: write \# for a name with #`;
  if (body.startsWith('./'))
    return `counts from the project’s root without the dot: write ${body.slice(1)}`;
  if (body.split('/').includes('..') || body.startsWith('~/'))
    return 'must stay in the project: patterns count from its root';
  if (/(?<!\\)(?:\\\\)*\\$/.test(body)) return 'must not end in a backslash';
  if (body.split('**').length - 1 > mostStars) return `may hold ** ${mostStars} times`;
  return undefined;
}
