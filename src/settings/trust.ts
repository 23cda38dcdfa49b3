// Which values of a project's settings count before the user has trusted them: the harmless ones. Pure.

import { settingOf, type Layer, type LayerValue } from './layers.ts';
import type { SettingKey } from './schema.ts';
import { schema } from './schema.ts';
import type { SettingRecord } from './setting.ts';

export interface SortedLayer {
  /** What counts of it whoever wrote it. */
  harmless: Layer;
  /** What needs the user's trust, in the order of the file. */
  reaching: readonly LayerValue[];
}

/** What holds without the file, as far as it is a number; what is not there is no limit. */
export type LimitsBelow = Readonly<Partial<Record<SettingKey, number>>>;

/** @param providers names of providers that any layer defines, trusted or not: see `providersIn` */
export function sortByTrust(
  layer: Layer,
  providers: readonly string[],
  below: LimitsBelow = {},
): SortedLayer {
  const reaches = (value: LayerValue): boolean =>
    reachesHost(value, providers) || loosens(value, below);
  return {
    harmless: { ...layer, values: layer.values.filter((value) => !reaches(value)) },
    reaching: layer.values.filter(reaches),
  };
}

/** What is no setting may become one in the next version: it counts as reaching the host. */
export function reachesHost({ key, value }: LayerValue, providers: readonly string[]): boolean {
  const name = settingOf(key);
  if (name === undefined) return true;
  const record: SettingRecord = schema[name];
  const data = value.kind === 'data' ? value.data : value.text;
  return record.trust === 'host' || record.reachesHost?.(data, providers) === true;
}

/** The limits that the layers set, later ones over earlier ones. */
export const limitsIn = (layers: readonly Pick<Layer, 'values'>[]): LimitsBelow =>
  Object.fromEntries(
    layers
      .flatMap(({ values }) => values)
      .flatMap((value) => {
        const name = settingOf(value.key);
        const limit = name && limitOf(name, value);
        return limit === undefined ? [] : [[name, limit]];
      }),
  ) as LimitsBelow;

/** Undefined for what limits nothing. One that is wrong makes its file invalid anyway. */
function limitOf(name: SettingKey, { value }: LayerValue): number | undefined {
  const { type, leastOfStrangers }: SettingRecord = schema[name];
  if (leastOfStrangers === undefined) return undefined;
  const limit = value.kind === 'data' ? type.fromData(value.data) : type.fromText(value.text);
  return typeof limit === 'number' ? limit : undefined;
}

function loosens(given: LayerValue, below: LimitsBelow): boolean {
  const name = settingOf(given.key);
  const limit = name && limitOf(name, given);
  if (name === undefined || limit === undefined) return false;
  const { leastOfStrangers: least = 0 }: SettingRecord = schema[name];
  return limit < least || limit > (below[name] ?? Infinity);
}

/** The names below `providers:` in any of the layers. */
export const providersIn = (layers: readonly Pick<Layer, 'values'>[]): readonly string[] =>
  layers
    .flatMap(({ values }) => values)
    .flatMap(({ key, value }) =>
      key === 'providers' &&
      value.kind === 'data' &&
      typeof value.data === 'object' &&
      value.data !== null
        ? Object.keys(value.data)
        : [],
    );
