// Which settings of a project count before the user has trusted it: every key is named, so that a new one cannot be forgotten.

import { describe, expect, it } from 'vitest';
import type { LayerValue } from '../../../src/settings/layers.ts';
import { settingKeys, type SettingKey } from '../../../src/settings/schema.ts';
import { limitsIn, providersIn, reachesHost, sortByTrust } from '../../../src/settings/trust.ts';

const harmless: readonly SettingKey[] = [
  ...(['assistant', 'model', 'workspace', 'mask'] as const),
  ...(['memory', 'cpus', 'pids', 'timeout'] as const),
];

const value = (key: string, data: unknown): LayerValue => ({
  key,
  value: { kind: 'data', data },
  place: '.airc:1:1',
});

it.each(settingKeys)('%s is harmless or reaches the host as the table says', (key) => {
  expect(reachesHost(value(key, 'x'), [])).toBe(!harmless.includes(key));
});

describe('values of a harmless key', () => {
  it.each<[string, unknown, boolean]>([
    ['model', 'opus', false],
    ['model', 'qwen3:8b', false],
    ['model', 'ollama:qwen3', true],
    ['model', ' OLLAMA:qwen3', true],
    ['model', 'lmstudio:x', true],
    ['model', 'work:big', true],
    ['model', '--yolo', true],
    ['mask', ['.env'], false],
    ['mask', ['.env', '!.env'], true],
    ['mask', '!.env', true],
    ['protect', 'readonly', false],
    ['protect', 'report', true],
    ['protect', 'off', true],
    ['plain', true, false],
    ['plain', false, true],
  ])('%s: %j', (key, data, reaches) => {
    expect(reachesHost(value(key, data), ['work'])).toBe(reaches);
  });
});

it('the short name of a group, and what is not a setting yet, reach the host', () => {
  expect(reachesHost(value('ssh', 'all'), [])).toBe(true);
  expect(reachesHost(value('invented', true), [])).toBe(true);
});

it('a layer is sorted, in the order of the file', () => {
  const all = [value('model', 'a'), value('native', true), value('pids', 1), value('mounts', [])];
  const { harmless: counting, reaching } = sortByTrust({ origin: '.airc', values: all }, []);
  expect(counting.values.map(({ key }) => key)).toEqual(['model', 'pids']);
  expect(reaching.map(({ key }) => key)).toEqual(['native', 'mounts']);
});

describe('a limit of a stranger', () => {
  it.each<[string, unknown, boolean]>([
    ['memory', '4g', true],
    ['memory', '1024t', false],
    ['memory', '6m', false],
    ['pids', 100, true],
    ['pids', 4_194_304, false],
    ['timeout', '10m', true],
    ['timeout', 0.001, false],
    ['cpus', 2, true],
    ['cpus', 0.01, false],
  ])('%s: %j counts where it is stricter, and lets a run live: %s', (key, data, counts) => {
    const below = limitsIn([{ values: [value('memory', '8g'), value('pids', 4096)] }]);
    const layer = { origin: '.airc', values: [value(key, data)] };
    expect(sortByTrust(layer, [], below).harmless.values).toHaveLength(counts ? 1 : 0);
  });
});

it('providers are known by name from any layer', () => {
  const layer = { origin: '.airc', values: [value('providers', { work: { url: 'http://x' } })] };
  expect(providersIn([layer])).toEqual(['work']);
});
