// Host and Match of ssh's configuration as data: what can be asked in a container, and how several of them become one line.

import { shorten } from '../base/shorten.ts';
import { quoteConfigWord } from '../base/ssh-config-line.ts';

export type Condition =
  | { kind: 'host'; patterns: readonly string[] }
  | { kind: 'match'; criteria: readonly Criterion[] }
  /** Nobody can tell inside: what stands below it must never apply. */
  | { kind: 'unknowable'; text: string; reason: string };

interface Criterion {
  /** With `!` before it where it is negated. */
  name: string;
  value?: string;
}

/** Criteria that depend on nothing but the destination and the user. */
const withValue = ['host', 'originalhost', 'user', 'localuser'];
const withoutValue = ['all', 'canonical', 'final'];

export function parseHost(words: readonly string[]): Condition {
  return words.length > 0 && words.every((word) => word.replace(/^!/, '') !== '')
    ? { kind: 'host', patterns: words }
    : unknowable('Host', words, 'it is malformed');
}

/** Match of ssh_config(5), with the blanks or `=` that different versions want between a criterion and its value. */
export function parseMatch(words: readonly string[]): Condition {
  const criteria: Criterion[] = [];
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [, written = '', inline] = /^([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    const name = written.toLowerCase();
    const plain = name.replace(/^!/, '');
    if (withoutValue.includes(plain)) {
      criteria.push({ name });
      continue;
    }
    if (!withValue.includes(plain))
      return unknowable('Match', words, `“${showWord(plain)}” cannot be asked inside`);
    if (inline === undefined && left[0] === '=') left.shift();
    const value = inline ?? left.shift();
    // Versions differ in how they read quotes and backslashes here.
    if (!value || /["'\\]/.test(value)) return unknowable('Match', words, 'it is malformed');
    criteria.push({ name, value });
  }
  const all = criteria.findIndex(({ name }) => isAll(name));
  return criteria.length > 0 && (all < 0 || (all === criteria.length - 1 && all <= 1))
    ? { kind: 'match', criteria }
    : unknowable('Match', words, 'it is malformed');
}

/** True if it holds always. */
export const isTrivial = (condition: Condition): boolean =>
  condition.kind === 'host'
    ? condition.patterns.includes('*') &&
      condition.patterns.every((pattern) => !pattern.startsWith('!'))
    : condition.kind === 'match' && condition.criteria.every(({ name }) => name === 'all');

/** True if settings below it can change its own outcome, so that it must not be asked a second time. */
export const dependsOnSettings = (condition: Condition): boolean =>
  condition.kind === 'match' && condition.criteria.some(({ name }) => /^!?(host|user)$/.test(name));

/** True if it asks which of ssh's readings of the configuration this is. */
export const dependsOnPass = (condition: Condition): boolean =>
  condition.kind === 'match' &&
  condition.criteria.some(({ name }) => /^!?(canonical|final)$/.test(name));

/** One line that holds exactly where all of them do; Host where there is but one of those. */
export function renderConditions(conditions: readonly Condition[]): string | Unknowable {
  const unknown = conditions.find((condition) => condition.kind === 'unknowable');
  if (unknown !== undefined) return unknown;
  const needed = conditions.filter((condition) => !isTrivial(condition));
  const [first = conditions.at(-1), ...more] = needed;
  if (first === undefined) return 'Match all';
  if (more.length === 0) return renderOne(first);
  const criteria: Criterion[] = [];
  for (const condition of needed)
    if (condition.kind === 'match') criteria.push(...condition.criteria);
    else if (condition.kind === 'host') {
      // A list with commas says the same as the words of a Host line, unless a word has commas itself.
      if (condition.patterns.some((pattern) => /[,"'\\]/.test(pattern)))
        return unknowable('Host', condition.patterns, 'it is malformed');
      criteria.push({ name: 'originalhost', value: condition.patterns.join(',') });
    }
  // `all` stands alone: what is never true stays so, and what always is adds nothing.
  const never = criteria.some(({ name }) => name === '!all');
  return renderOne({
    kind: 'match',
    criteria: never ? [{ name: '!all' }] : criteria.filter(({ name }) => !isAll(name)),
  });
}

type Unknowable = Extract<Condition, { kind: 'unknowable' }>;

const unknowable = (keyword: string, words: readonly string[], reason: string): Unknowable => ({
  kind: 'unknowable',
  text: [keyword, ...words.map(showWord)].join(' '),
  reason,
});

function renderOne(condition: Condition): string {
  if (condition.kind === 'host')
    return ['Host', ...condition.patterns.map(quoteConfigWord)].join(' ');
  if (condition.kind === 'unknowable') return 'Match !all';
  const words = condition.criteria.flatMap(({ name, value }) =>
    value === undefined ? [name] : [name, quoteConfigWord(value)],
  );
  return ['Match', ...words].join(' ');
}

const isAll = (name: string): boolean => name === 'all' || name === '!all';

/** For people, on one line and not without end. */
const showWord = (word: string): string => shorten(word, 61);
