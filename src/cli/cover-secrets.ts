// Values for lists that people show each other: what sounds like a secret is not in them.

import { isList, isObject, type JsonValue } from '../base/json.ts';
import { looksSecret, soundsSecret } from '../base/secret-patterns.ts';
import { inlineYaml } from '../settings/inline-yaml.ts';

/** On one line, as in a settings file. */
export const coveredText = (value: JsonValue, name = ''): string =>
  inlineYaml(coverByName(value, name)).replaceAll('"***"', '***');

/** The same value, with `***` for texts that look like secrets, or whose names sound so. */
export function coverByName(value: JsonValue, name = ''): JsonValue {
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, coverByName(part, key)]),
    );
  // Of a list the name says what its items are for, as `keys` does: names of variables.
  if (isList(value)) return value.map((item) => coverByName(item));
  if (typeof value !== 'string') return value;
  return soundsSecret(name) || looksSecret(value) ? '***' : value;
}
