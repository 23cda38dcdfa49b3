// A setting, or a part of one, by the name that people write: `image.base`, `ssh`, `env.NODE_ENV`. Pure.

import { nearest } from '../base/nearest.ts';
import { mainFields, schema, settingKeys, type SettingKey } from './schema.ts';
import type { SettingRecord } from './setting.ts';
import type { ValueType } from './types.ts';

export interface SettingPlace {
  key: SettingKey;
  /** The way to a part of its value: the name of a variable in `env`. */
  inside: readonly string[];
  /** The kind of what stands there. */
  type: ValueType<unknown>;
}

/** The place, or the nearest name of one where there is no such setting. */
export function placeOf(written: string): SettingPlace | { nearest: string | undefined } {
  const key = settingAt(written);
  if (key === undefined) return { nearest: nearestName(written) };
  const record: SettingRecord = schema[key];
  const rest = written.slice(key.length + 1);
  if (Object.hasOwn(mainFields, written) || rest === '')
    return { key, inside: [], type: record.type };
  const way = wayTo(record.type, rest.split('.'));
  if (way !== undefined) return { key, ...way };
  return { nearest: nearestInside(record.type, rest.split('.'), key) ?? nearestName(written) };
}

/** As one writes it: `ssh` for `ssh.mode`. */
export const nameOf = (key: SettingKey): string =>
  Object.keys(mainFields).find((group) => mainFields[group] === key) ?? key;

function settingAt(written: string): SettingKey | undefined {
  if (Object.hasOwn(mainFields, written)) return mainFields[written];
  return settingKeys.find((key) => written === key || written.startsWith(`${key}.`));
}

function nearestName(written: string): string | undefined {
  const ofGroup = settingKeys.find((key) => key.startsWith(`${written}.`));
  return ofGroup ?? nearest(written, [...settingKeys, ...Object.keys(mainFields)]);
}

/** A name may hold dots itself: the longest one that is known counts. */
function wayTo(
  type: ValueType<unknown>,
  words: readonly string[],
): Omit<SettingPlace, 'key'> | undefined {
  if (words.length === 0) return { inside: [], type };
  for (let count = words.length; count > 0; count--) {
    const name = words.slice(0, count).join('.');
    const part = type.at?.(name);
    const way = part && wayTo(part, words.slice(count));
    if (way !== undefined) return { inside: [name, ...way.inside], type: way.type };
  }
  return undefined;
}

/** What a file with that name in it would be told. */
function nearestInside(
  { problemsIn }: ValueType<unknown>,
  words: readonly string[],
  key: SettingKey,
): string | undefined {
  const data = words.reduceRight<unknown>((inside, word) => ({ [word]: inside }), {});
  const problem = problemsIn?.(data).find((one) => one.nearest !== undefined);
  return problem && [key, ...problem.path.slice(0, -1), problem.nearest].join('.');
}
