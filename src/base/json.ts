// JSON values: their types, and the questions that are asked of them everywhere.

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** The object in a JSON text, undefined where there is none. Lines of `//` comments are passed over. */
export const parseJson = (text: string | undefined): JsonObject | undefined =>
  asObject(parseJsonValue(text));

/** The value in a JSON text, undefined where it is none. */
export function parseJsonValue(text: string | undefined): JsonValue | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return parseWithoutComments(text);
  }
}

/** Comments that take a whole line: copilot writes some on top of its file. */
const comments = /^[ \t]*\/\/.*$/gm;

function parseWithoutComments(text: string): JsonValue | undefined {
  const bare = text.replaceAll(comments, '');
  if (bare === text) return undefined;
  try {
    return JSON.parse(bare) as JsonValue;
  } catch {
    return undefined;
  }
}

/** True for JSON with comments and commas after the last item, which some programs read in their settings. */
export function isJsonWithComments(text: string): boolean {
  const bare = text
    .replaceAll(
      /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
      (_, words?: string) => words ?? ' ',
    )
    .replaceAll(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, words?: string) => words ?? '');
  return parseJsonValue(bare) !== undefined;
}

export const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: JsonValue | undefined): value is readonly JsonValue[] =>
  Array.isArray(value);

export const asObject = (value: JsonValue | undefined): JsonObject | undefined =>
  isObject(value) ? value : undefined;

/** The value of an object's own key: a key like `constructor` is none where it was not set. */
export const ownValue = (object: JsonObject | undefined, key: string): JsonValue | undefined =>
  object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;

/** An object of these entries. Unlike an assignment, a key `__proto__` becomes an ordinary one. */
export const objectOf = (entries: Iterable<readonly [string, JsonValue]>): JsonObject =>
  Object.fromEntries(entries);

/** True if both are the same value, whatever the order of keys. */
export function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
    );
  }
  return (
    isList(a) && isList(b) && a.length === b.length && a.every((item, at) => isSame(item, b[at]))
  );
}
