// Changes of data that is made of maps in maps, by the way to a value. Nothing is changed in place. Pure.

import { isObject, type JsonObject, type JsonValue } from '../base/json.ts';

export interface Edit {
  /** The names of maps in maps, the value's own last. */
  path: readonly string[];
  /** Undefined takes it out. */
  value: JsonValue | undefined;
}

/** The data with that change; what stands in the way of a map is replaced by one. */
export function withEdit(data: JsonValue | undefined, { path, value }: Edit): JsonObject {
  const [name = '', ...rest] = path;
  const map = isObject(data) ? data : {};
  const others = Object.entries(map).filter(([key]) => key !== name);
  if (rest.length === 0)
    return Object.fromEntries(value === undefined ? others : [...others, [name, value]]);
  const inside = Object.hasOwn(map, name) ? map[name] : undefined;
  return Object.fromEntries([...others, [name, withEdit(inside, { path: rest, value })]]);
}

/** What stands there; undefined for nothing. */
export function valueAt(
  data: JsonValue | undefined,
  [name, ...rest]: readonly string[],
): JsonValue | undefined {
  if (name === undefined) return data;
  return isObject(data) && Object.hasOwn(data, name) ? valueAt(data[name], rest) : undefined;
}

/** A value in maps for the names before it. */
export const nested = (path: readonly string[], value: JsonValue): JsonValue =>
  path.reduceRight<JsonValue>((inside, name) => Object.fromEntries([[name, inside]]), value);

/** Taking something out takes out the maps that are empty then, but not the first `kept` on the way. */
export function outermostToRemove(
  data: JsonValue,
  path: readonly string[],
  kept: number,
): readonly string[] {
  const parent = path.slice(0, -1);
  const siblings = valueAt(data, parent);
  const isAlone = isObject(siblings) && Object.keys(siblings).length === 1;
  return isAlone && parent.length > kept ? outermostToRemove(data, parent, kept) : path;
}

/** A map over another one as a change of each of its values: what stays is not touched. */
export function partsOf(data: JsonValue, edit: Edit): readonly Edit[] {
  const { path, value } = edit;
  const before = valueAt(data, path);
  const isMap = (map: JsonValue | undefined): map is JsonObject =>
    isObject(map) && Object.keys(map).length > 0;
  if (
    !isMap(value) ||
    !isMap(before) ||
    !Object.keys(value).some((name) => Object.hasOwn(before, name))
  )
    return [edit];
  const removed = Object.keys(before).filter((name) => !Object.hasOwn(value, name));
  return [
    ...Object.entries(value).flatMap(([name, part]) =>
      partsOf(data, { path: [...path, name], value: part }),
    ),
    ...removed.map((name) => ({ path: [...path, name], value: undefined })),
  ];
}
