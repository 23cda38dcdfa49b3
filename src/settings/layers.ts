// Lays the layers of settings over each other, later ones winning, and remembers where each value came from. Pure.

import { AiError, type SettingProblem } from '../base/errors.ts';
import { launcherVariables } from '../base/launcher-variables.ts';
import { nearest, nearMiss } from '../base/nearest.ts';
import {
  mainFields,
  placedKeys,
  schema,
  settingKeys,
  variableOf,
  type SettingKey,
  type Settings,
} from './schema.ts';
import type { SettingRecord } from './setting.ts';
import { isMapping, shown } from './shapes.ts';

export interface Layer {
  /** For people: `config.yaml`, `environment`, `command line`. */
  origin: string;
  values: readonly LayerValue[];
}

export interface LayerValue {
  key: string;
  value: { kind: 'text' | 'flag'; text: string } | { kind: 'data'; data: unknown };
  /** Where exactly, where it is known: `config.yaml:3`, `AI_MEMORY`, `--memory`. */
  place: string;
  /** The same for a place inside of the value, where the file is known: `config.yaml:5:7`. */
  placeOf?: (path: readonly string[]) => string;
}

export interface ResolvedSettings {
  settings: Settings;
  origins: Readonly<Partial<Record<SettingKey, string>>>;
}

/**
 * The settings that the layers make, earliest first.
 * @throws AiError AI_SETTING_INVALID with every unknown key and wrong value of all layers at once
 */
export function resolveSettings(layers: readonly Layer[]): ResolvedSettings {
  const { values, origins, problems } = combineAll(layers);
  if (problems.length > 0) throw new AiError('AI_SETTING_INVALID', { problems });
  const defaults = Object.fromEntries(settingKeys.map((key) => [key, schema[key].default]));
  const places = placedKeys.flatMap((key) => (origins[key] ? [[key, origins[key]]] : []));
  const placed = places.length > 0 && { places: Object.fromEntries(places) as Settings['places'] };
  return { settings: { ...defaults, ...values, ...placed } as Settings, origins };
}

interface Combined {
  values: Readonly<Partial<Record<string, unknown>>>;
  origins: Readonly<Partial<Record<SettingKey, string>>>;
  problems: readonly SettingProblem[];
}

function combineAll(layers: readonly Layer[]): Combined {
  const combined = combine(layers);
  const { values, problems } = combined;
  return { ...combined, problems: [...problems, ...problemsOfWholes(values, layers)] };
}

/** Without a look at what only all layers together can be wrong about. */
function combine(layers: readonly Layer[]): Combined {
  const values: Partial<Record<string, unknown>> = {};
  const origins: Partial<Record<SettingKey, string>> = {};
  const problems: SettingProblem[] = [];
  for (const { key: written, value, place, placeOf } of layers.flatMap((layer) => layer.values)) {
    const key = mainField(written);
    if (!isSettingKey(key)) {
      problems.push({
        origin: place,
        key,
        problem: 'is not a setting',
        nearest: nearest(key, settingKeys),
      });
      continue;
    }
    const { type }: SettingRecord = schema[key];
    const inside = value.kind === 'data' ? (type.problemsIn?.(value.data) ?? []) : [];
    for (const { path, ...problem } of inside)
      problems.push({
        origin: placeOf?.(path) ?? place,
        key: [key, ...path].join('.'),
        ...problem,
      });
    if (inside.length > 0) continue;
    const parsed = parse(type, value);
    const expected = isNothing(parsed) ? type.expected : missedRange(type, parsed);
    if (expected !== undefined || isNothing(parsed)) {
      const found = (type.shown ?? shown)(value.kind === 'data' ? value.data : value.text);
      problems.push({ origin: place, key, problem: `must be ${expected}, not ${found}` });
      continue;
    }
    const earlier = values[key] ?? (type.combine ? schema[key].default : undefined);
    values[key] = type.combine && earlier ? type.combine(earlier, parsed) : parsed;
    origins[key] = place;
  }
  return { values, origins, problems };
}

/** What is wrong only with all layers together, at the place of the last one that speaks of it. */
function problemsOfWholes(
  values: Readonly<Partial<Record<string, unknown>>>,
  layers: readonly Layer[],
): readonly SettingProblem[] {
  const given = layers.flatMap((layer) => layer.values);
  return Object.entries(values).flatMap(([key, value]) => {
    const { type }: SettingRecord = schema[key as SettingKey];
    return (type.problemsOfWhole?.(value as object) ?? []).map(({ path, ...problem }) => {
      const holding = (way: readonly string[]): LayerValue | undefined =>
        given.findLast((one) => one.key === key && holds(one.value, way));
      const from = holding(path) ?? holding(path.slice(0, 1));
      const origin = from?.placeOf?.(path) ?? from?.place ?? '';
      return { origin, key: [key, ...path].join('.'), ...problem };
    });
  });
}

const holds = (value: LayerValue['value'], way: readonly string[]): boolean =>
  value.kind === 'data' && isThere(value.data, way);

const isThere = (data: unknown, [step, ...rest]: readonly string[]): boolean =>
  step === undefined || (isMapping(data) && Object.hasOwn(data, step) && isThere(data[step], rest));

/** The layer of `AI_*` variables, and warnings for those that look like a mistyped one. Others use AI_ too: no errors. */
export function environmentLayer(environment: Readonly<Partial<Record<string, string>>>): {
  layer: Layer;
  warnings: readonly string[];
} {
  const known = new Map(
    [...settingKeys, ...Object.keys(mainFields)].map((key) => [variableOf(key), key]),
  );
  const values: LayerValue[] = [];
  const warnings: string[] = [];
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith('AI_') || text === undefined) continue;
    const key = known.get(name);
    if (key !== undefined) {
      if (text !== '') values.push({ key, value: { kind: 'text', text }, place: name });
    } else if (!launcherVariables.includes(name)) {
      const meant = nearMiss(
        name.slice(3),
        [...known.keys()].map((other) => other.slice(3)),
      );
      if (meant !== undefined) warnings.push(`${name} is not a setting; did you mean AI_${meant}?`);
    }
  }
  return { layer: { origin: 'environment', values }, warnings };
}

/** What is wrong with these layers by themselves, as `resolveSettings` would say it: others may complete what they begin. */
export const problemsInEach = (layers: readonly Layer[]): readonly SettingProblem[] =>
  combine(layers).problems;

/** The same where there are no others below that could. */
export const problemsTogether = (layers: readonly Layer[]): readonly SettingProblem[] =>
  combineAll(layers).problems;

/** The setting that a key in a file names: `ssh` is `ssh.mode`. Undefined where it is none. */
export function settingOf(written: string): SettingKey | undefined {
  const key = mainField(written);
  return isSettingKey(key) ? key : undefined;
}

const mainField = (key: string): string =>
  Object.hasOwn(mainFields, key) ? (mainFields[key] ?? key) : key;

const isSettingKey = (key: string): key is SettingKey => Object.hasOwn(schema, key);

function parse(type: SettingRecord['type'], value: LayerValue['value']): unknown {
  if (value.kind === 'data') return type.fromData(value.data);
  return value.kind === 'flag' && type.fromFlag
    ? type.fromFlag(value.text)
    : type.fromText(value.text);
}

const isNothing = (value: unknown): value is null | undefined =>
  value === null || value === undefined;

/** The range that a value of the right form is outside of, in words. */
function missedRange({ range }: SettingRecord['type'], value: unknown): string | undefined {
  if (range === undefined || typeof value !== 'number') return undefined;
  return value < range.least || value > range.most ? range.expected : undefined;
}
