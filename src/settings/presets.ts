// What `secure` means for other settings: values that lie just below what sets it, so that whatever is said later wins. Pure.

import { isDeepStrictEqual } from 'node:util';
import { writeSize } from '../base/units.ts';
import { settingOf, type Layer, type LayerValue } from './layers.ts';
import { schema, type SettingKey, type Settings } from './schema.ts';
import type { SettingRecord } from './setting.ts';

interface PresetValue {
  readonly key: SettingKey;
  readonly data: unknown;
  /** Values that are at least as strict: the preset never loosens what was set before. `less`: every smaller number. */
  readonly orStricter: readonly unknown[] | 'less';
}

/** Bytes. */
export const presetMemory = 8 * 1024 ** 3;

/** One place: the README's table and the notes of a start follow from it. What is no setting is in src/plan/file-system.ts. */
export const securePreset: readonly PresetValue[] = [
  { key: 'network', data: 'allowlist', orStricter: ['none'] },
  { key: 'protect', data: 'readonly', orStricter: [] },
  { key: 'auth', data: 'lend', orStricter: [] },
  { key: 'terminal', data: 'safe', orStricter: [] },
  { key: 'browser', data: 'print', orStricter: ['off'] },
  { key: 'memory', data: writeSize(presetMemory), orStricter: 'less' },
  { key: 'pids', data: schema.pids.default, orStricter: 'less' },
  { key: 'ssh.mode', data: 'remotes', orStricter: ['none'] },
  { key: 'ssh.ghToken', data: false, orStricter: [] },
];

/**
 * The layers with the preset among them where `secure` is on: below the layer that says so last, above the earlier ones. A flag
 * beside `--secure` wins over the preset, and `--secure` over what a file says.
 */
export function withPreset(layers: readonly Layer[]): readonly Layer[] {
  const at = layers.findLastIndex(({ values }) => values.some(isOfSecure));
  const given = layers[at]?.values.findLast(isOfSecure);
  if (given === undefined || valueOf('secure', given) !== true) return layers;
  const earlier = layers.slice(0, at);
  const place = given.place === '--secure' ? given.place : `${given.place} (secure)`;
  const values = securePreset
    .filter((one) => !isMet(one, lastOf(earlier, one.key)))
    .map(({ key, data }): LayerValue => ({ key, value: { kind: 'data', data }, place }));
  const left = earlier.map((layer) => ({
    ...layer,
    values: layer.values.filter((value) => !isOverruled(value)),
  }));
  return [...left, { origin: 'secure', values }, ...layers.slice(at)];
}

/** What of the layers does not count because `secure` is said above it and could not go with it: `root (config.yaml:3)`. */
export function overruledBySecure(layers: readonly Layer[]): readonly string[] {
  const counting = new Set(withPreset(layers).flatMap(({ values }) => values));
  return layers
    .flatMap(({ values }) => values)
    .filter((value) => !counting.has(value))
    .map(({ key, place }) => `${key} (${place})`);
}

/** The settings that are less strict than the preset although `secure` is on, as `key: value`. */
export const looserThanSecure = (settings: Settings): readonly string[] =>
  settings.secure
    ? securePreset
        .filter((one) => settings[one.key] !== undefined && !isMet(one, settings[one.key]))
        .map(({ key }) => `${key}: ${textOf(key, settings[key])}`)
    : [];

function isMet({ key, data, orStricter }: PresetValue, value: unknown): boolean {
  const { type }: SettingRecord = schema[key];
  const wanted = type.fromData(data);
  if (orStricter === 'less')
    return typeof value === 'number' && typeof wanted === 'number' && value <= wanted;
  return [wanted, ...orStricter.map((one) => type.fromData(one))].some((one) =>
    isDeepStrictEqual(one, value),
  );
}

function textOf(key: SettingKey, value: unknown): string {
  const { type }: SettingRecord = schema[key];
  const data: unknown = type.toData?.(value as never) ?? value;
  return Array.isArray(data)
    ? data.join(' ')
    : typeof data === 'string'
      ? data
      : `${data as number}`;
}

/** Root could not install anything, and a port needs a network of its own. */
const isOverruled = (given: LayerValue): boolean => {
  const key = settingOf(given.key);
  return key === 'publish' || (key === 'root' && valueOf(key, given) !== false);
};

const isOfSecure = ({ key }: LayerValue): boolean => settingOf(key) === 'secure';

function valueOf(key: SettingKey, { value }: LayerValue): unknown {
  const { type }: SettingRecord = schema[key];
  return value.kind === 'data' ? type.fromData(value.data) : type.fromText(value.text);
}

function lastOf(layers: readonly Layer[], key: SettingKey): unknown {
  const values = layers.flatMap((layer) => layer.values);
  const given = values.findLast((one) => settingOf(one.key) === key);
  return given && valueOf(key, given);
}
