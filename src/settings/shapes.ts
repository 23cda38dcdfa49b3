// Values made of parts: records with known keys, and maps of names to them. Every problem inside is found at its own place.

import type { JsonObject, JsonValue } from '../base/json.ts';
import { nearest } from '../base/nearest.ts';
import { shorten } from '../base/shorten.ts';
import type { DataProblem, ValueType } from './types.ts';

/** What each key of a record holds. */
type Fields<T> = { readonly [K in keyof T]-?: ValueType<T[K] & {}> };

/** An object that may have these keys and no others; `required` ones it must have. Layers are combined key by key. */
export function record<T extends object>(
  fields: Fields<T>,
  required: readonly (keyof T & string)[] = [],
): ValueType<T> {
  const known = Object.keys(fields) as (keyof T & string)[];
  const problemsInside = (data: unknown): readonly DataProblem[] => {
    if (!isMapping(data)) return [wrong(expected, data)];
    const missing = required.filter((key) => !Object.hasOwn(data, key));
    return [
      ...missing.map((key) => ({ path: [], problem: `needs ${key}` })),
      ...Object.entries(data).flatMap(([key, value]): readonly DataProblem[] => {
        if (!isOneOf(known, key))
          return [{ path: [key], problem: 'is not a setting', nearest: nearest(key, known) }];
        return below(key, problemsIn(fields[key], value));
      }),
    ];
  };
  const expected = `a map with ${known.join(', ')}`;
  return {
    expected,
    json: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(known.map((key) => [key, fields[key].json])),
      ...(required.length > 0 && { required }),
    },
    problemsIn: problemsInside,
    at: (key) => (isOneOf(known, key) ? fields[key] : undefined),
    fromText: () => undefined,
    fromData: (data) =>
      isMapping(data) && problemsInside(data).length === 0
        ? (Object.fromEntries(
            Object.entries(data).map(([key, value]) => [
              key,
              fields[key as keyof T].fromData(value),
            ]),
          ) as T)
        : undefined,
    toData: (value) =>
      Object.fromEntries(
        Object.entries(value).map(([key, part]) => [key, asData(fields[key as keyof T], part)]),
      ),
    combine: (earlier, later) => laidOver(earlier, later, (key) => fields[key]),
  };
}

/** Names to values of one kind. Layers are combined name by name. */
export function mapOf<T extends object>(
  names: { readonly pattern: RegExp; readonly expected: string },
  type: ValueType<T>,
): ValueType<Readonly<Record<string, T>>> {
  const problemsInside = (data: unknown): readonly DataProblem[] =>
    isMapping(data)
      ? Object.entries(data).flatMap(([name, value]): readonly DataProblem[] =>
          names.pattern.test(name)
            ? below(name, problemsIn(type, value))
            : [{ path: [name], problem: `must be ${names.expected}` }],
        )
      : [wrong(expected, data)];
  const expected = `a map of names to ${type.expected}`;
  return {
    expected,
    json: mapSchema(names.pattern, type.json),
    problemsIn: problemsInside,
    at: (name) => (names.pattern.test(name) ? type : undefined),
    fromText: () => undefined,
    fromData: (data) =>
      isMapping(data) && problemsInside(data).length === 0
        ? (Object.fromEntries(
            Object.entries(data).map(([name, value]) => [name, type.fromData(value)]),
          ) as Record<string, T>)
        : undefined,
    toData: (value) =>
      Object.fromEntries(Object.entries(value).map(([name, part]) => [name, asData(type, part)])),
    combine: (earlier, later) => laidOver(earlier, later, () => type),
  };
}

/** What both have is combined as its kind says, which may be that the later one wins; all else is added. */
const laidOver = <T extends object>(
  earlier: T,
  later: T,
  typeOf: (key: keyof T) => ValueType<T[keyof T] & {}>,
): T => ({
  ...earlier,
  ...Object.fromEntries(
    (Object.entries(later) as [keyof T & string, T[keyof T] & {}][]).map(([key, value]) => {
      const before = Object.hasOwn(earlier, key) ? earlier[key] : undefined;
      return [key, (before && typeOf(key).combine?.(before, value)) ?? value];
    }),
  ),
});

/** A value of that kind as it is written in a settings file. */
export const asData = <T>(type: ValueType<T>, value: T): JsonValue =>
  type.toData ? type.toData(value) : (value as JsonValue);

const mapSchema = ({ source }: RegExp, json: JsonObject): JsonObject => ({
  type: 'object',
  patternProperties: { [source]: json },
  additionalProperties: false,
});

/** What is wrong with a value of that kind, at its place or inside of it; nothing is none. */
export function problemsIn<T>(type: ValueType<T>, data: unknown): readonly DataProblem[] {
  const inside = type.problemsIn?.(data) ?? [];
  if (inside.length > 0) return inside;
  const value = data === null ? undefined : type.fromData(data);
  return value === undefined ? [wrong(type.expected, data, type.shown)] : [];
}

const below = (key: string, problems: readonly DataProblem[]): readonly DataProblem[] =>
  problems.map(({ path, ...problem }) => ({ path: [key, ...path], ...problem }));

const wrong = (expected: string, data: unknown, show = shown): DataProblem => ({
  path: [],
  problem: `must be ${expected}, not ${show(data)}`,
});

/** As it stands in the file, near enough, and not too long. */
export function shown(data: unknown): string {
  if (data === undefined || data === null || data === '') return 'nothing';
  const text =
    typeof data === 'string'
      ? data
      : typeof data === 'number'
        ? String(data)
        : JSON.stringify(data);
  return `“${shorten(text, 60)}”`;
}

const isOneOf = <T extends string>(all: readonly T[], word: string): word is T =>
  all.some((one) => one === word);

/** A mapping as YAML and JSON have it. */
export const isMapping = (data: unknown): data is Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null && !Array.isArray(data);
