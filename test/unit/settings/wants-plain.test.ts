// Whether plain words are asked for, before the settings are resolved.

import { expect, it } from 'vitest';
import type { LayerValue } from '../../../src/settings/layers.ts';
import { wantsPlain } from '../../../src/settings/wants-plain.ts';

const inFile = (data: unknown, key = 'plain'): LayerValue => ({
  key,
  value: { kind: 'data', data },
  place: 'config.yaml:1',
});
const variable = (text: string): LayerValue => ({
  key: 'plain',
  value: { kind: 'text', text },
  place: 'AI_PLAIN',
});

it.each<[boolean, readonly LayerValue[]]>([
  [false, []],
  [true, [inFile(true)]],
  [true, [variable('1')]],
  [true, [variable('yes')]],
  [false, [variable('0')]],
  [false, [inFile(true), variable('off')]],
  [true, [inFile(false), variable('on')]],
  // What is wrong decides nothing: it is said elsewhere.
  [true, [inFile(true), variable('perhaps')]],
  [false, [inFile('true')]],
  [false, [inFile(true, 'plan')]],
])('%s of %j, a layer each', (expected, values) => {
  const layers = values.map((value) => ({ origin: value.place, values: [value] }));
  expect(wantsPlain(layers)).toBe(expected);
});
