// The kinds of value that a setting can have, and how each is read from a text (flag, environment) or from data (YAML).

import type { JsonObject, JsonValue } from '../base/json.ts';
import { parseDuration, parseSize, writeDuration, writeSize } from '../base/units.ts';

export interface ValueType<T> {
  /** What a right value looks like, for error messages: `a size like 512m or 4g`. */
  readonly expected: string;
  /** The value of a flag or an environment variable; undefined if it is none of this type. */
  readonly fromText: (text: string) => T | undefined;
  /** The value of one flag, where that differs: a list's flag is given once for each item, whatever the item holds. */
  readonly fromFlag?: (text: string) => T | undefined;
  /** The value in a settings file; undefined if it is none of this type. */
  readonly fromData: (data: unknown) => T | undefined;
  /** The way back: the value as people write it there, where that is something else than the value. */
  toData?(value: T): JsonValue;
  /** The kind of what stands at that name inside of the value; undefined where it has no such part. */
  readonly at?: (name: string) => ValueType<unknown> | undefined;
  /** The same for editors, as JSON Schema (draft 7). */
  readonly json: JsonObject;
  /** What is wrong inside of a value that is made of parts; those of the right form are asked for with `fromData`. */
  readonly problemsIn?: (data: unknown) => readonly DataProblem[];
  /** The least and the most that a value of the right form may be, and how that is said: `at most 24 days`. */
  readonly range?: { readonly least: number; readonly most: number; readonly expected: string };
  /** What is wrong with the value that all layers have made together, by the parts of it. */
  problemsOfWhole?(value: T): readonly DataProblem[];
  /** How a wrong value is shown, where it may hold a secret. */
  readonly shown?: (data: unknown) => string;
  /** How a later layer and the earlier ones make one value; without it the later one wins. */
  combine?(earlier: T, later: T): T;
}

/** What is wrong at one place in a value: the way there, what is wrong, and the nearest key that would be right. */
export interface DataProblem {
  readonly path: readonly string[];
  readonly problem: string;
  readonly nearest?: string | undefined;
}

/** Variables for the container; null means: take the value from the caller's environment, as `docker run -e NAME`. */
export type VariableMap = Readonly<Record<string, string | null>>;

export const text: ValueType<string> = {
  expected: 'a text',
  json: { type: 'string', minLength: 1 },
  fromText: (value) => (value === '' ? undefined : value),
  fromData: (data) => (typeof data === 'string' && data !== '' ? data : undefined),
};

export const flag: ValueType<boolean> = {
  expected: 'true or false',
  json: { type: 'boolean' },
  fromText: (value) =>
    /^(1|true|yes|on)$/i.test(value)
      ? true
      : /^(0|false|no|off|)$/i.test(value)
        ? false
        : undefined,
  fromData: (data) => (typeof data === 'boolean' ? data : undefined),
};

export function choice<const T extends string>(...values: readonly T[]): ValueType<T> {
  const find = (data: unknown): T | undefined => values.find((value) => value === data);
  return {
    expected: `one of ${values.join(', ')}`,
    json: { enum: values },
    fromText: find,
    fromData: find,
  };
}

const registry = /(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d+)?\//
  .source;
const part = /[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*/.source;
const tagAndDigest = /(?::\w[\w.-]{0,127})?(?:@[A-Za-z][\w.+-]*:[0-9a-fA-F]{32,})?/.source;
const reference = new RegExp(`^(?:${registry})?${part}(?:/${part})*${tagAndDigest}$`);
const longestImage = 512;

/** An image as engines name them: `[host[:port]/]path[:tag][@digest]` (distribution/reference, regexp.go). */
export const imageReference: ValueType<string> = matching(
  reference,
  'the name of an image like node:24 or team/node:24-slim',
  longestImage,
);

/** Names a directory. */
export const profileName: ValueType<string> = matching(
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
  'a name of letters, digits, - and _, like work',
);

/** A text of one form, and of at most so many letters. */
export function matching(pattern: RegExp, expected: string, longest?: number): ValueType<string> {
  const fromText = (value: string): string | undefined =>
    value.length <= (longest ?? Infinity) && pattern.test(value) ? value : undefined;
  return {
    expected,
    json: {
      type: 'string',
      ...(longest !== undefined && { maxLength: longest }),
      pattern: pattern.source,
    },
    fromText,
    fromData: (data) => (typeof data === 'string' ? fromText(data) : undefined),
  };
}

/** Bytes. */
export const size: ValueType<number> = {
  expected: 'a size like 512m or 4g',
  json: {
    type: ['string', 'number'],
    pattern: /^(?=.*[1-9])\s*\d+(\.\d+)?\s*[bkmgtBKMGT]?([iI]?[bB])?\s*$/.source,
    exclusiveMinimum: 0,
  },
  fromText: (value) => positive(parseSize(value)),
  toData: writeSize,
  fromData: (data) => positive(typeof data === 'string' ? parseSize(data) : data),
};

/** Seconds. Node's timers hold 2^31-1 milliseconds, and fire at once beyond. */
export const duration: ValueType<number> = {
  expected: 'a duration like 90s, 10m or 2h',
  json: {
    type: ['string', 'number'],
    pattern: /^(?=.*[1-9])\s*\d+(\.\d+)?\s*[smhdSMHD]?\s*$/.source,
    exclusiveMinimum: 0,
  },
  range: { least: 0.001, most: (2 ** 31 - 1) / 1000, expected: 'at most 24 days' },
  fromText: (value) => positive(parseDuration(value)),
  toData: writeDuration,
  fromData: (data) => positive(typeof data === 'string' ? parseDuration(data) : data),
};

export const positiveNumber: ValueType<number> = {
  expected: 'a number above 0',
  json: { type: 'number', exclusiveMinimum: 0 },
  fromText: (value) => (/^\d*\.?\d+$/.test(value) ? positive(Number(value)) : undefined),
  fromData: positive,
};

export const positiveInteger: ValueType<number> = {
  expected: 'a whole number above 0',
  json: { type: 'integer', minimum: 1 },
  fromText: (value) => (/^\d+$/.test(value) ? positive(Number(value)) : undefined),
  fromData: (data) => (Number.isInteger(data) ? positive(data) : undefined),
};

/** Several texts. In an environment variable: one a line. Later layers add to earlier ones. */
export const list: ValueType<readonly string[]> = {
  expected: 'a list of texts',
  json: { type: ['string', 'array'], items: { type: 'string' } },
  fromText: (value) => value.split('\n').filter((line) => line !== ''),
  fromData: (data) => {
    if (typeof data === 'string') return [data];
    const isTexts = Array.isArray(data) && data.every((item) => typeof item === 'string');
    return isTexts ? data : undefined;
  },
  fromFlag: (value) => (value === '' ? undefined : [value]),
  combine: (earlier, later) => [...earlier, ...later],
};

/**
 * What is wrong with a list of texts, or a text alone, of which every item is to be of a form.
 * @param most how many there may be, and of what
 */
export function problemsInList(
  data: unknown,
  [most, what]: readonly [number, string],
  problemsOf: (item: unknown, path: readonly string[]) => readonly DataProblem[],
): readonly DataProblem[] {
  if (typeof data === 'string') return problemsOf(data, []);
  if (!Array.isArray(data)) return [];
  if (data.length > most)
    return [{ path: [], problem: `may hold ${most} ${what}, not ${data.length}` }];
  return data.flatMap((item: unknown, index) => problemsOf(item, [String(index)]));
}

/** As shells take it. */
export const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `KEY=VALUE` or `KEY` (the caller's value). In an environment variable: one a line. Later layers win by key. */
export const variables: ValueType<VariableMap> = {
  expected: 'KEY=VALUE or KEY, with a name that a shell takes',
  json: {
    type: 'object',
    propertyNames: { pattern: variableName.source },
    additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
  },
  fromText: (value) => {
    const pairs = value
      .trimEnd()
      .split(/\n(?=[A-Za-z_][A-Za-z0-9_]*(?:=|\n|$))/)
      .map(parseVariable);
    return pairs.every((pair) => pair !== undefined) ? Object.fromEntries(pairs) : undefined;
  },
  fromData: (data) => {
    if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
    const pairs = Object.entries(data).map(([name, value]: [string, unknown]) =>
      variableName.test(name) && isScalar(value)
        ? ([name, value === null ? null : String(value)] as const)
        : undefined,
    );
    return pairs.every((pair) => pair !== undefined) ? Object.fromEntries(pairs) : undefined;
  },
  fromFlag: (value) => {
    const pair = parseVariable(value);
    return pair && Object.fromEntries([pair]);
  },
  at: (name) => (variableName.test(name) ? variableValue : undefined),
  combine: (earlier, later) => ({ ...earlier, ...later }),
};

const variableValue: ValueType<string | null> = {
  expected: 'a text, a number, true or false, or nothing for the caller’s own value',
  json: { type: ['string', 'number', 'boolean', 'null'] },
  fromText: (value) => value,
  fromData: (data) => (isScalar(data) ? (data === null ? null : String(data)) : undefined),
};

function parseVariable(entry: string): readonly [string, string | null] | undefined {
  const at = entry.indexOf('=');
  const name = at < 0 ? entry : entry.slice(0, at);
  return variableName.test(name) ? [name, at < 0 ? null : entry.slice(at + 1)] : undefined;
}

const isScalar = (value: unknown): value is string | number | boolean | null =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}
