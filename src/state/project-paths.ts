// The project's path in files that assistants keep: inside it is a mount's target, in the truth the host's own path. Pure.

import type { PathPlace } from '../assistants/assistant.ts';
import { filled, toml } from '../assistants/words.ts';
import {
  isList,
  isObject,
  objectOf,
  ownValue,
  parseJsonValue,
  type JsonValue,
} from '../base/json.ts';
import { path as posix } from '../base/path.ts';
import { relativeInside } from '../base/paths.ts';
import type { PathPair } from '../plan/run-plan.ts';

type Rename = (path: string) => string | undefined;

/** The document as a run gets it: this project's entries under its paths inside, and no other project's. */
export function toInside(
  document: JsonValue,
  places: readonly PathPlace[],
  pairs: readonly PathPair[],
): JsonValue {
  const rename = renaming(pairs, 'outside', 'inside');
  return changeEach(document, places, (value) => renameIn(value, rename));
}

/** The document as the truth has it: the run's entries under the host's paths, and those that it was not given as they were. */
export function toOutside(
  document: JsonValue,
  original: JsonValue | undefined,
  places: readonly PathPlace[],
  pairs: readonly PathPair[],
): JsonValue {
  const rename = renaming(pairs, 'inside', 'outside');
  const wasGiven = renaming(pairs, 'outside', 'inside');
  return changeEach(document, places, (value, way) => {
    const before = way.reduce<JsonValue | undefined>(
      (inner, key) => (isObject(inner) ? ownValue(inner, key) : undefined),
      original,
    );
    return withRest(renameIn(value, rename), before, (path) => wasGiven(path) === undefined);
  });
}

/** Names of tables `[projects."/path"]`, in TOML as text; one whose new name is taken keeps its own. */
export function renameTables(
  text: string,
  name: string,
  pairs: readonly PathPair[],
  to: 'inside' | 'outside',
): string {
  const rename = renaming(pairs, to === 'inside' ? 'outside' : 'inside', to);
  const header = new RegExp(
    String.raw`^(\s*\[\s*${name}\s*\.\s*)("(?:[^"\\]|\\.)*"|'[^']*')`,
    'gm',
  );
  const read = (quoted: string): string =>
    quoted.startsWith("'") ? quoted.slice(1, -1) : (filled(parseJsonValue(quoted)) ?? '');
  const taken = new Set([...text.matchAll(header)].map(([, , quoted = '']) => read(quoted)));
  return text.replaceAll(header, (whole, start: string, quoted: string) => {
    const renamed = rename(read(quoted));
    if (renamed === undefined || taken.has(renamed)) return whole;
    taken.add(renamed);
    return `${start}${toml(renamed)}`;
  });
}

/** By the pair whose path is the longest that it lies in. */
function renaming(pairs: readonly PathPair[], from: keyof PathPair, to: keyof PathPair): Rename {
  const byLength = pairs.toSorted((a, b) => b[from].length - a[from].length);
  return (path) => {
    for (const pair of byLength) {
      const rest = relativeInside(path, pair[from]);
      if (rest !== undefined) return posix.join(pair[to], rest);
    }
    return undefined;
  };
}

function changeEach(
  document: JsonValue,
  places: readonly PathPlace[],
  change: (value: JsonValue, way: readonly string[]) => JsonValue,
): JsonValue {
  const ways = places.flatMap(({ at }) => ('toml' in at ? [] : waysIn(document, at)));
  return ways.reduce(
    (changed, way) => changeAt(changed, way, (value) => change(value, way)),
    document,
  );
}

/** The ways that a way with `*` in it stands for. */
function waysIn(value: JsonValue, [key, ...rest]: readonly string[]): readonly string[][] {
  if (key === undefined) return [[]];
  const keys = key !== '*' ? [key] : isObject(value) ? Object.keys(value) : [];
  return keys.flatMap((name) => {
    const inner = isObject(value) ? ownValue(value, name) : undefined;
    return inner === undefined ? [] : waysIn(inner, rest).map((way) => [name, ...way]);
  });
}

function changeAt(
  value: JsonValue,
  [key, ...rest]: readonly string[],
  change: (value: JsonValue) => JsonValue,
): JsonValue {
  if (key === undefined) return change(value);
  const inner = isObject(value) ? ownValue(value, key) : undefined;
  if (!isObject(value) || inner === undefined) return value;
  return { ...value, [key]: changeAt(inner, rest, change) };
}

/** Paths that have no place on the other side are left out; what is no path stays. */
function renameIn(value: JsonValue, rename: Rename): JsonValue {
  const renamed = (text: string): string | undefined =>
    text.startsWith('/') ? rename(text) : text;
  if (isObject(value))
    return objectOf(
      Object.entries(value).flatMap(([key, item]: [string, JsonValue]) => {
        const name = renamed(key);
        return name === undefined ? [] : [[name, item] as const];
      }),
    );
  if (!isList(value)) return value;
  return value.flatMap((item: JsonValue) => {
    const kept = typeof item === 'string' ? renamed(item) : item;
    return kept === undefined ? [] : [kept];
  });
}

function withRest(
  value: JsonValue,
  before: JsonValue | undefined,
  isRest: (path: string) => boolean,
): JsonValue {
  const isOther = (text: JsonValue): boolean =>
    typeof text === 'string' && text.startsWith('/') && isRest(text);
  if (isObject(value) && isObject(before))
    return objectOf([
      ...Object.entries(before).filter(([key]) => isOther(key)),
      ...Object.entries<JsonValue>(value),
    ]);
  if (isList(value) && isList(before)) return [...before.filter(isOther), ...value];
  return value;
}
