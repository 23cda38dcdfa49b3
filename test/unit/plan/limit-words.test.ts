// What is said of a run that met a limit: the setting, where it stands, and the command that changes it.

import { expect, it } from 'vitest';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { wordsOfLimits } from '../../../src/plan/limit-words.ts';
import { resolveSettings } from '../../../src/settings/layers.ts';
import { withPreset } from '../../../src/settings/presets.ts';
import { buildFacts } from '../../support/build-facts.ts';

const gib = 1024 ** 3;
const config = '/home/ann/.docker-ai-config/config.yaml:3';

const limitsOf = (
  key: string,
  data: unknown,
  place: string,
): ReturnType<typeof buildPlan>['limits'] => {
  const layer = { origin: '', values: [{ key, value: { kind: 'data' as const, data }, place }] };
  const { settings } = resolveSettings(withPreset([layer]));
  return buildPlan(buildFacts({ settings, engine: { memory: 100 * gib } })).limits;
};

it.each([
  ['--timeout', 'ended after 10m (--timeout): ai --timeout 20m … gives it more'],
  ['AI_TIMEOUT', 'ended after 10m (AI_TIMEOUT): export AI_TIMEOUT=20m gives it more'],
  [config, `ended after 10m (timeout in ${config}): ai config set timeout 20m gives it more`],
  [
    '/p/.airc:1',
    'ended after 10m (timeout in /p/.airc:1): ai config set --project timeout 20m gives it more',
  ],
  [
    '/p/ai.config.yaml:1',
    'ended after 10m (timeout in /p/ai.config.yaml:1): ai config set --project timeout 20m gives it more',
  ],
])('of time, by %s', (place, words) => {
  const limits = limitsOf('timeout', '10m', place);
  expect(wordsOfLimits(limits, { timedOut: true })).toEqual([words]);
  expect(wordsOfLimits(limits, { timedOut: false })).toEqual([]);
});

const memory = 'the kernel ended a process inside: out of memory';
it.each([
  ['memory', '4g', '--memory', `${memory} (--memory: 4g): ai --memory 8g … gives it more`],
  [
    ...['memory', '4g', config],
    `${memory} (memory in ${config}: 4g): ai config set memory 8g gives it more`,
  ],
  [
    ...['secure', true, config],
    `${memory} (memory in ${config} (secure): 8g): ai config set memory 16g gives it more`,
  ],
  [
    ...['pids', 100, '--pids'],
    `${memory} (it had 85.9 GB, most of this machine’s): ai --memory SIZE … sets another limit`,
  ],
] as [string, unknown, string, string][])(
  'of memory, by %s: %s at %s',
  (key, data, place, words) => {
    const end = { timedOut: false, outOfMemory: true };
    expect(wordsOfLimits(limitsOf(key, data, place), end)).toEqual([words]);
  },
);

it('where there is none, the machine is what has no more', () => {
  expect(wordsOfLimits({}, { timedOut: true, outOfMemory: true })).toEqual([
    `${memory} (this machine has no more)`,
  ]);
});
