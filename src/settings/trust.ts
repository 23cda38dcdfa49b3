// Which values of a project's settings count before the user has trusted them: the harmless ones. Pure.

import { settingOf, type Layer, type LayerValue } from './layers.ts';
import { schema } from './schema.ts';
import type { SettingRecord } from './setting.ts';

export interface SortedLayer {
  /** What counts of it whoever wrote it. */
  harmless: Layer;
  /** What needs the user's trust, in the order of the file. */
  reaching: readonly LayerValue[];
}

/** @param providers names of providers that any layer defines, trusted or not: see `providersIn` */
export function sortByTrust(layer: Layer, providers: readonly string[]): SortedLayer {
  const reaches = (value: LayerValue): boolean => reachesHost(value, providers);
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
