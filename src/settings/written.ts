// The value of a setting as it is written in a settings file: 4g, not 4294967296. Pure.

import type { JsonValue } from '../base/json.ts';
import { inlineYaml } from './inline-yaml.ts';
import { schema, type SettingKey } from './schema.ts';
import type { SettingRecord } from './setting.ts';
import { asData } from './shapes.ts';

/** Undefined for a setting that has none. */
export function writtenData(key: SettingKey, value: unknown): JsonValue | undefined {
  if (value === undefined) return undefined;
  const { type }: SettingRecord = schema[key];
  return asData(type, value);
}

/** The same on one line; an empty text for a setting that has none. */
export function writtenText(key: SettingKey, value: unknown): string {
  const data = writtenData(key, value);
  return data === undefined ? '' : inlineYaml(data);
}
