// Values for lists that people show each other: what sounds like a secret is not in them.

import { isList, isObject, type JsonValue } from '../base/json.ts';
import { holdsPassword, soundsSecret } from '../plan/environment.ts';
import { inlineYaml } from '../settings/inline-yaml.ts';

/** On one line, as in a settings file. */
export const coveredText = (value: JsonValue, name = ''): string =>
  inlineYaml(coverSecrets(value, name)).replaceAll('"***"', '***');

/** The same value, with `***` for texts whose names sound like secrets, and for addresses with a password. */
export function coverSecrets(value: JsonValue, name = ''): JsonValue {
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, coverSecrets(part, key)]),
    );
  if (isList(value)) return value.map((item) => coverSecrets(item, name));
  if (typeof value !== 'string') return value;
  return soundsSecret(name) || holdsPassword(value) ? '***' : value;
}
