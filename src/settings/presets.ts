// What `secure` means for other settings: values that lie just below what sets it, so that whatever is said later wins. Pure.

import { writeSize } from '../base/units.ts';
import { settingOf, type Layer, type LayerValue } from './layers.ts';
import { schema, type SettingKey, type Settings } from './schema.ts';

interface PresetValue {
  readonly key: 'auth' | 'terminal' | 'memory' | 'network' | 'protect';
  readonly data: string;
  /** Values that are at least as strict: the preset never loosens what was set before. `any`: it only needs to be set. */
  readonly orStricter: readonly string[] | 'any';
}

/** Bytes. */
export const presetMemory = 8 * 1024 ** 3;

/** One place: the README's table and the notes of a start follow from it. What is no setting is in src/plan/file-system.ts. */
export const securePreset: readonly PresetValue[] = [
  { key: 'network', data: 'allowlist', orStricter: ['none'] },
  { key: 'protect', data: 'readonly', orStricter: [] },
  { key: 'auth', data: 'lend', orStricter: [] },
  { key: 'terminal', data: 'safe', orStricter: [] },
  { key: 'memory', data: writeSize(presetMemory), orStricter: 'any' },
];

/**
 * The layers with the preset among them where `secure` is on: below the layer that says so last, above the earlier ones. A flag
 * beside `--secure` wins over the preset, and `--secure` over what a file says.
 */
export function withPreset(layers: readonly Layer[]): readonly Layer[] {
  const at = layers.findLastIndex(({ values }) => values.some(isOfSecure));
  const given = layers[at]?.values.findLast(isOfSecure);
  if (given === undefined || parse(given) !== true) return layers;
  const earlier = layers.slice(0, at);
  const place = given.place === '--secure' ? given.place : `${given.place} (secure)`;
  const values = securePreset
    .filter(({ key, orStricter }) => !isMet(lastOf(earlier, key), orStricter))
    .map(({ key, data }): LayerValue => ({ key, value: { kind: 'data', data }, place }));
  return [...earlier, { origin: 'secure', values }, ...layers.slice(at)];
}

/** The settings that are less strict than the preset although `secure` is on, as `key: value`. */
export const looserThanSecure = (settings: Settings): readonly string[] =>
  settings.secure
    ? securePreset
        .filter(({ key, data, orStricter }) => {
          const value = String(settings[key]);
          return value !== data && !isMet(value, orStricter);
        })
        .map(({ key }) => `${key}: ${String(settings[key])}`)
    : [];

const isMet = (value: string, orStricter: PresetValue['orStricter']): boolean =>
  orStricter === 'any' ? value !== '' : orStricter.includes(value);

const isOfSecure = ({ key }: LayerValue): boolean => settingOf(key) === 'secure';

const parse = ({ value }: LayerValue): boolean | undefined =>
  value.kind === 'data'
    ? schema.secure.type.fromData(value.data)
    : schema.secure.type.fromText(value.text);

function lastOf(layers: readonly Layer[], key: SettingKey): string {
  const values = layers.flatMap((layer) => layer.values);
  const value = values.findLast((one) => settingOf(one.key) === key)?.value;
  return value === undefined ? '' : String(value.kind === 'data' ? value.data : value.text);
}
