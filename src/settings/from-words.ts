// The words of a command line as the value of a setting, as it would stand in a settings file.

import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../base/json.ts';
import { asData, isMapping } from './shapes.ts';
import type { ValueType } from './types.ts';

/**
 * What the words mean for that kind of value: a text as it is where it may be one, several words where there may be several,
 * and YAML for what has parts. A wrong value comes back as it was given, for `resolveSettings` to find.
 * @returns undefined where they are too many, or too few
 */
export async function dataFromWords(
  type: ValueType<unknown>,
  words: readonly string[],
): Promise<JsonValue | undefined> {
  const [word] = words;
  // `env.NAME` without a value: the caller's own, as `-e NAME`.
  if (word === undefined) return type.fromData(null) === undefined ? undefined : null;
  return words.length === 1 ? fromOne(type, word) : fromSeveral(type, words);
}

async function fromOne(type: ValueType<unknown>, word: string): Promise<JsonValue> {
  const data = await asYaml(word);
  // A number goes without quotes where it is read as the same.
  const isSame = (): boolean =>
    isDeepStrictEqual(type.fromData(data), type.fromData(word) ?? noValue);
  if ((typeof data === 'number' || typeof data === 'boolean') && isSame()) return data;
  const hasParts = Array.isArray(data) || isMapping(data);
  const ways = hasParts && /^[[{]/.test(word) ? [data, word] : [word, data];
  for (const way of ways) {
    const value = isThere(way) ? type.fromData(way) : undefined;
    // A list is written as one, even if it has one item.
    if (Array.isArray(value)) return asData(type, value);
    if (isThere(value) && isThere(way)) return way;
  }
  const value = type.fromText(word);
  if (isThere(value)) return asData(type, value);
  return hasParts ? data : word;
}

function fromSeveral(type: ValueType<unknown>, words: readonly string[]): JsonValue | undefined {
  if (Array.isArray(type.fromData(words))) return words;
  const value = type.combine ? type.fromText(words.join('\n')) : undefined;
  if (isThere(value)) return asData(type, value);
  // Kinds that would take several, but not these.
  return Array.isArray(type.fromText('x')) ? words : undefined;
}

const noValue = Symbol('no value');

async function asYaml(word: string): Promise<JsonValue | undefined> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(word, { prettyErrors: false, logLevel: 'error' });
  try {
    return document.errors.length > 0 ? undefined : (document.toJS() as JsonValue);
  } catch {
    // An alias of nothing, or of far too much.
    return undefined;
  }
}

const isThere = <T>(value: T | undefined | null): value is T =>
  value !== undefined && value !== null;
