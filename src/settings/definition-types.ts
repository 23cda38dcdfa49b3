// The kinds of value in a definition of an assistant: words of a command line, places below the home, releases of npm.

import { launcherVariables } from '../base/launcher-variables.ts';
import { isInside } from '../base/paths.ts';
import { isMapping } from './shapes.ts';
import { matching, variableName, type ValueType } from './types.ts';

/** Words of a command line: a list, or a text with spaces between them. */
export const words: ValueType<readonly string[]> = {
  expected: 'words: a list of texts, or a text with spaces between them',
  json: { type: ['string', 'array'], items: { type: 'string' } },
  fromText: wordsIn,
  fromData: (data) => (typeof data === 'string' ? wordsIn(data) : textsIn(data)),
};

function wordsIn(text: string): readonly string[] | undefined {
  const found = text.split(/\s+/).filter((word) => word !== '');
  return found.length > 0 ? found : undefined;
}

const textsIn = (data: unknown): readonly string[] | undefined =>
  Array.isArray(data) && data.every((item) => typeof item === 'string' && !item.includes('\0'))
    ? (data as string[])
    : undefined;

/** The same where a program is started by them: the first word is one. */
export const commandWords: ValueType<readonly string[]> = {
  ...checked(words, 'a command: a list of texts, or a text with spaces between them', ([first]) =>
    Boolean(first),
  ),
  json: { type: ['string', 'array'], items: { type: 'string' }, minItems: 1 },
};

/** The same with a place for something in one of them, like `{model}`. */
export function wordsWith(place: string): ValueType<readonly string[]> {
  const type = checked(words, `words with ${place} in them`, (found) =>
    found.some((word) => word.includes(place)),
  );
  const asWord = (data: unknown): unknown => (isPlace(data, place) ? place : data);
  return {
    ...type,
    json: { type: ['string', 'array', 'object'], items: { type: ['string', 'object'] } },
    fromData: (data) => type.fromData(Array.isArray(data) ? data.map(asWord) : asWord(data)),
  };
}

/** Where nobody has put quotes around it, `{model}` is a map to YAML. */
const isPlace = (data: unknown, place: string): boolean =>
  isMapping(data) &&
  Object.values(data).every((value) => value === null) &&
  `{${Object.keys(data).join()}}` === place;

/** Texts of one form each; a single one may stand without a list. */
export const textsOf = (pattern: RegExp, expected: string): ValueType<readonly string[]> => ({
  ...checked(words, expected, (found) => found.every((one) => pattern.test(one))),
  json: { type: ['string', 'array'], items: { type: 'string', pattern: pattern.source } },
});

/** A package of npm in one version. */
export const npmRelease: ValueType<string> = matching(
  /^(?:@[a-z0-9][a-z0-9._~-]*\/)?[a-z0-9][a-z0-9._~-]*@\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/,
  'a package of npm with its exact version, like @scope/name@1.2.3',
  250,
);

/** Places below the home that are the assistant's alone, `~/` before them or not. */
export const homePaths: ValueType<readonly string[]> = {
  ...words,
  expected: 'places below the home that are its own, like [.aider, .config/aider]',
  fromText: (text) => homePaths.fromData(text),
  fromData: (data) => {
    const found = words
      .fromData(data)
      ?.map((place) => place.replace(/^~\//, '').replace(/\/$/, ''));
    return found?.every(isOwnPlace) && new Set(found).size === found.length ? found : undefined;
  },
};

/** In these many programs keep what is theirs, each below a name of its own. */
const shared = ['.config', '.local', '.local/share', '.local/state', '.cache'];

/** Of the launcher, or of programs that it gives something to. */
const taken = ['.ssh', '.gnupg', '.shared-login', '.gitconfig', '.config/gh', '.config/git'];

/** True for a place below the home that is nobody else's. */
export const isOwnPlace = (place: string): boolean =>
  /^[\w.@+-][\w.@+ -]*(?:\/[\w.@+-][\w.@+ -]*)*$/.test(place) &&
  !place.split('/').some((step) => step === '.' || step === '..') &&
  !shared.includes(place) &&
  !taken.some((one) => isInside(place, one) || isInside(one, place));

/** Names of variables that a definition may speak of. */
export const variableNames = (example: string): ValueType<readonly string[]> =>
  textsOf(givable, `names of variables, like [${example}], none that ai sets itself`);

const givable = new RegExp(
  `^(?!(?:${launcherVariables.join('|')})$)${variableName.source.slice(1)}`,
);

const oneText: ValueType<string> = {
  expected: 'a text, a number, true or false',
  json: { type: ['string', 'number', 'boolean'] },
  fromText: (text) => text,
  fromData: (data) =>
    ['string', 'number', 'boolean'].includes(typeof data) && !String(data).includes('\0')
      ? String(data)
      : undefined,
};

/** Variables with their values, all of them texts in the end. A later layer adds to those of an earlier one. */
export const textVariables: ValueType<Readonly<Record<string, string>>> = {
  expected: 'variables with their values, like { AIDER_DARK_MODE: "true" }',
  // Whatever stands there may be a secret.
  shown: () => 'what is there',
  json: {
    type: 'object',
    propertyNames: { pattern: givable.source },
    additionalProperties: { type: ['string', 'number', 'boolean'] },
  },
  fromText: () => undefined,
  at: (name) => (givable.test(name) ? oneText : undefined),
  problemsIn: (data) =>
    Object.keys(isMapping(data) ? data : {})
      .filter((name) => launcherVariables.includes(name))
      .map((name) => ({ path: [name], problem: 'is set by ai itself' })),
  fromData: (data) => {
    if (!isMapping(data)) return undefined;
    const entries = Object.entries(data);
    const isRight = entries.every(
      ([name, value]) => givable.test(name) && oneText.fromData(value) !== undefined,
    );
    return isRight
      ? Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
      : undefined;
  },
  combine: (earlier, later) => ({ ...earlier, ...later }),
};

function checked(
  type: ValueType<readonly string[]>,
  expected: string,
  isRight: (found: readonly string[]) => boolean,
): ValueType<readonly string[]> {
  const only = (found: readonly string[] | undefined): readonly string[] | undefined =>
    found && isRight(found) ? found : undefined;
  return {
    ...type,
    expected,
    fromText: (text) => only(type.fromText(text)),
    fromData: (data) => only(type.fromData(data)),
  };
}
