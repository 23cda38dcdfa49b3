// Qwen Code's data: its environment, its defaults, its login and whose endpoint it is sent to.

import { describe, expect, it } from 'vitest';
import type { Assistant, Login } from '../../../src/assistants/assistant.ts';
import { qwen } from '../../../src/assistants/qwen.ts';
import { foreignEndpoint, isWithheld, stateNameOf } from '../../../src/plan/endpoint.ts';

it('is quiet by environment and by defaults, below the user’s own settings', () => {
  expect(qwen.environment.quiet).toEqual({
    QWEN_CODE_NO_RELAUNCH: 'true',
    QWEN_USAGE_STATISTICS_ENABLED: 'false',
  });
  const [[file, text]] = Object.entries(qwen.state.defaults()) as [[string, string]];
  expect(file).toBe('/etc/qwen-code/system-defaults.json');
  expect(JSON.parse(text)).toEqual({
    general: { enableAutoUpdate: false },
    privacy: { usageStatisticsEnabled: false },
  });
});

it('is told to be without a warning only where the container is its sandbox', () => {
  expect(qwen.environment.inside).toEqual({ QWEN_CODE_SUPPRESS_YOLO_WARNING: '1' });
});

it('keeps all that belongs to one project with its conversations', () => {
  expect(qwen.state.conversations.map(({ inside }) => inside)).toEqual([
    '.qwen/projects',
    '.qwen/tmp',
    '.qwen/file-history',
    '.qwen/todos',
    '.qwen/plans',
  ]);
});

describe('its endpoint', () => {
  const assistant: Assistant = qwen;
  const vendorKeys = [
    'DASHSCOPE_API_KEY',
    'BAILIAN_CODING_PLAN_API_KEY',
    'BAILIAN_TOKEN_PLAN_API_KEY',
  ];
  it.each([
    ['', 'qwen'],
    ['https://dashscope.aliyuncs.com/compatible-mode/v1', 'qwen'],
    ['https://dashscope-intl.aliyuncs.com/compatible-mode/v1', 'qwen'],
    ['https://coding-intl.dashscope.aliyuncs.com/v1', 'qwen'],
    ['https://openrouter.example/api/v1', 'qwen@openrouter.example'],
    ['http://127.0.0.1:11434/v1', 'qwen@127.0.0.1_11434'],
    ['http://dashscope.aliyuncs.com/v1', 'qwen@dashscope.aliyuncs.com'],
  ])('%j has the state %s: it would send the key of its settings there', (value, state) => {
    const given = [{ name: 'OPENAI_BASE_URL', value }];
    expect(stateNameOf(assistant, given)).toBe(state);
    const isForeign = foreignEndpoint(assistant, given) !== undefined;
    const isKept = isWithheld(assistant, given);
    expect([...vendorKeys, 'OPENAI_API_KEY'].filter(isKept)).toEqual(isForeign ? vendorKeys : []);
  });
});

describe('its login', () => {
  const oauth = 'oauth_creds.json';
  const settings = (value: unknown): Record<string, string> => ({
    'settings.json': JSON.stringify(value),
  });
  it.each<[string, Record<string, string>, Login | undefined]>([
    ['absent', {}, undefined],
    [
      'that renews itself',
      { [oauth]: '{"access_token":"a","refresh_token":"r","expiry_date":5}' },
      { kind: 'account' },
    ],
    [
      'without renewal',
      { [oauth]: '{"access_token":"a","expiry_date":5}' },
      { kind: 'account', until: 5 },
    ],
    ['emptied', { [oauth]: '{"access_token":"","refresh_token":""}' }, undefined],
    ['malformed', { [oauth]: 'access_token', 'settings.json': '{"security":' }, undefined],
    ['a key in its settings', settings({ security: { auth: { apiKey: 'k' } } }), { kind: 'key' }],
    [
      'a key in its settings’ environment',
      settings({ env: { BAILIAN_CODING_PLAN_API_KEY: 'k' } }),
      { kind: 'key' },
    ],
    [
      'a key that was taken away',
      settings({ security: { auth: { apiKey: '' } }, env: { X_API_KEY: '' } }),
      undefined,
    ],
    [
      'settings without a key',
      settings({ security: { auth: { selectedType: 'openai' } }, env: { A: 'b' } }),
      undefined,
    ],
    [
      'emptied, and a key',
      { [oauth]: '{}', ...settings({ env: { OPENAI_API_KEY: 'k' } }) },
      { kind: 'key' },
    ],
  ])('%s', (_what, files, login) => {
    expect(qwen.state.login((name) => files[name])).toEqual(login);
  });
});
