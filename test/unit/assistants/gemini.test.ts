// Gemini CLI's data: its environment, its defaults, its login and whose endpoint it is sent to.

import { describe, expect, it } from 'vitest';
import { gemini } from '../../../src/assistants/gemini.ts';
import type { Assistant, Login } from '../../../src/assistants/assistant.ts';
import { foreignEndpoint, isWithheld } from '../../../src/plan/endpoint.ts';

/** What the image's files hold, by their paths. */
const files = new Map(
  gemini.package.prepare.split('; ').flatMap((command) => {
    const [, text = '', file = ''] = /^echo '(.*)' >(.*)$/.exec(command) ?? [];
    return file === '' ? [] : [[file, JSON.parse(text) as object] as const];
  }),
);
const defaultsWith = (variables: Record<string, string>): object | undefined => {
  const given = new Map(Object.entries(variables));
  return files.get(gemini.environment.chosen(given).GEMINI_CLI_SYSTEM_DEFAULTS_PATH);
};

describe('the way it signs in, where the user has chosen none', () => {
  const key = { GEMINI_API_KEY: 'very-secret' };
  const url = { GOOGLE_GEMINI_BASE_URL: 'https://proxy.example' };
  it.each<[string, Record<string, string>, string | undefined]>([
    ['nothing', {}, undefined],
    ['a key', key, 'gemini-api-key'],
    ['an empty key', { GEMINI_API_KEY: '' }, undefined],
    ['a key and a base URL', { ...key, ...url }, 'gemini-api-key'],
    ['a base URL alone', url, undefined],
    ['Vertex', { GOOGLE_GENAI_USE_VERTEXAI: 'true', ...key }, 'vertex-ai'],
    ['Vertex, not wanted', { GOOGLE_GENAI_USE_VERTEXAI: 'false', ...key }, 'gemini-api-key'],
    ['Google login wanted', { GOOGLE_GENAI_USE_GCA: 'true', ...key }, 'oauth-personal'],
  ])('with %s', (_what, variables, selectedType) => {
    expect(defaultsWith(variables)).toEqual({
      general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
      privacy: { usageStatisticsEnabled: false },
      ...(selectedType && { security: { auth: { selectedType } } }),
    });
  });
});

it('trusts the project only where the container is its sandbox', () => {
  const name = 'GEMINI_CLI_TRUST_WORKSPACE';
  expect(gemini.environment.inside).toHaveProperty(name, 'true');
  expect(gemini.environment.quiet).not.toHaveProperty(name);
});

it('keeps checkpoints of a project with its conversations', () => {
  expect(gemini.state.conversations.map(({ inside }) => inside)).toEqual([
    '.gemini/tmp',
    '.gemini/history',
  ]);
});

describe('its endpoint', () => {
  const assistant: Assistant = gemini;
  it.each([
    ['', undefined],
    ['https://generativelanguage.googleapis.com', undefined],
    ['https://generativelanguage.googleapis.com/v1beta', undefined],
    ['http://generativelanguage.googleapis.com', 'generativelanguage.googleapis.com'],
    ['http://172.17.0.1:8080', '172.17.0.1:8080'],
    [
      'https://generativelanguage.googleapis.com.evil.example',
      'generativelanguage.googleapis.com.evil.example',
    ],
  ])('at %j is foreign: %s', (value, host) => {
    const given = [{ name: 'GOOGLE_GEMINI_BASE_URL', value }];
    expect(foreignEndpoint(assistant, given)).toBe(host);
    const isKept = isWithheld(assistant, given);
    expect([isKept('GOOGLE_API_KEY'), isKept('GEMINI_API_KEY')]).toEqual([Boolean(host), false]);
  });
});

describe('its login', () => {
  const oauth = 'oauth_creds.json';
  const accounts = { 'google_accounts.json': '{"active":"ann@example.org","old":[]}' };
  it.each<[string, Record<string, string>, Login | undefined]>([
    ['absent', {}, undefined],
    [
      'that renews itself',
      { [oauth]: '{"access_token":"a","refresh_token":"r","expiry_date":5}' },
      { kind: 'account' },
    ],
    [
      'with a name',
      { [oauth]: '{"refresh_token":"r"}', ...accounts },
      { kind: 'account', who: 'ann@example.org' },
    ],
    [
      'without renewal',
      { [oauth]: '{"access_token":"a","expiry_date":5}' },
      { kind: 'account', until: 5 },
    ],
    ['emptied', { [oauth]: '{"access_token":"","refresh_token":""}', ...accounts }, undefined],
    ['malformed', { [oauth]: '{"access_tok' }, undefined],
    ['an empty file', { [oauth]: '' }, undefined],
    ['no object', { [oauth]: '["access_token"]' }, undefined],
    ['a key that was typed in', { 'gemini-credentials.json': 'iv:tag:text' }, { kind: 'key' }],
    ['a key that was taken away', { 'gemini-credentials.json': '' }, undefined],
  ])('%s', (_what, files, login) => {
    expect(gemini.state.login((name) => files[name])).toEqual(login);
  });
});
