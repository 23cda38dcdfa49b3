// Codex CLI's data: its defaults with and without a login or a key, where its databases lie, and its login.

import { describe, expect, it } from 'vitest';
import type { Login, RunContext } from '../../../src/assistants/assistant.ts';
import { codex } from '../../../src/assistants/codex.ts';

const defaultsOf = (
  variables: Record<string, string> = {},
  more: Pick<RunContext, 'login'> & { project?: string } = {},
): readonly string[] => {
  const files = codex.state.defaults({
    project: '/workspace/app',
    variables: new Map(Object.entries(variables)),
    ...more,
  });
  return files['/etc/codex/config.toml'].trimEnd().split('\n');
};

/** In every run inside; what the user has in config.toml wins. */
const always = [
  'sandbox_mode = "danger-full-access"',
  'check_for_update_on_startup = false',
  'analytics.enabled = false',
  'features = { daemon_auto_start = false, plugins = false, apps = false }',
  'projects."/workspace/app".trust_level = "trusted"',
];

const provider = (key: string, url = 'https://api.openai.com/v1'): readonly string[] => [
  'model_provider = "key"',
  ...always,
  '[model_providers.key]',
  'name = "OpenAI"',
  `base_url = "${url}"`,
  `env_key = "${key}"`,
  'wire_api = "responses"',
  'env_http_headers = { OpenAI-Organization = "OPENAI_ORGANIZATION", OpenAI-Project = "OPENAI_PROJECT" }',
];

describe('its defaults', () => {
  const key = { OPENAI_API_KEY: 'very-secret' };
  const login: Login = { kind: 'account' };
  it.each<[string, Record<string, string>, Login | undefined, readonly string[]]>([
    ['nothing', {}, undefined, always],
    ['a key', key, undefined, provider('OPENAI_API_KEY')],
    ['its own key', { CODEX_API_KEY: 'k' }, undefined, provider('CODEX_API_KEY')],
    ['both keys', { ...key, CODEX_API_KEY: 'k' }, undefined, provider('CODEX_API_KEY')],
    [
      'a key and an endpoint',
      { ...key, OPENAI_BASE_URL: 'http://a:1/v1' },
      undefined,
      provider('OPENAI_API_KEY', 'http://a:1/v1'),
    ],
    ['an endpoint alone', { OPENAI_BASE_URL: 'http://a:1/v1' }, undefined, always],
    ['an empty key', { OPENAI_API_KEY: '' }, undefined, always],
    ['a login', {}, login, always],
    ['a login, a key and an endpoint', { ...key, OPENAI_BASE_URL: 'http://a:1/v1' }, login, always],
    ['an access token and a key', { ...key, CODEX_ACCESS_TOKEN: 't' }, undefined, always],
  ])('with %s', (_what, variables, given, lines) => {
    expect(defaultsOf(variables, given && { login: given })).toEqual(lines);
    expect(lines.join()).not.toContain('very-secret');
  });

  it.each([
    [
      '/workspace/a "b" \\ c',
      String.raw`projects."/workspace/a \"b\" \\ c".trust_level = "trusted"`,
    ],
    ['/workspace/a.b\nc', String.raw`projects."/workspace/a.b\nc".trust_level = "trusted"`],
  ])('trust a project with the odd name %j', (project, line) => {
    expect(defaultsOf({}, { project })).toContain(line);
  });

  it('leave it to the user whether it asks before it acts', () => {
    expect(defaultsOf().join('\n')).not.toMatch(/approval/);
  });
});

it('keeps its databases with the conversations of the project', () => {
  const places = codex.state.conversations.map(({ inside }) => `/home/ai/${inside}`);
  expect(places).toContain(codex.state.variables('/home/ai').CODEX_SQLITE_HOME);
});

describe('its login', () => {
  const token = (claims: object): string =>
    `head.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
  const tokens = (values: object): string =>
    JSON.stringify({ auth_mode: 'chatgpt', OPENAI_API_KEY: null, tokens: values });
  const ann = { id_token: token({ email: 'ann@example.org' }), access_token: token({ exp: 5 }) };
  it.each<[string, string | undefined, Login | undefined]>([
    ['absent', undefined, undefined],
    [
      'that renews itself',
      tokens({ ...ann, refresh_token: 'r' }),
      { kind: 'account', who: 'ann@example.org' },
    ],
    [
      'without renewal',
      tokens({ ...ann, refresh_token: '' }),
      { kind: 'account', who: 'ann@example.org', until: 5000 },
    ],
    ['of which nothing can be read', tokens({ access_token: 'a.b' }), { kind: 'account' }],
    ['emptied', tokens({ access_token: '', refresh_token: '' }), undefined],
    ['a key', '{"auth_mode":"apikey","OPENAI_API_KEY":"k"}', { kind: 'key' }],
    ['a key, emptied', '{"auth_mode":"apikey","OPENAI_API_KEY":""}', undefined],
    ['of neither', '{"OPENAI_API_KEY":null,"tokens":null}', undefined],
    ['malformed', '{"tokens":', undefined],
    ['an empty file', '', undefined],
  ])('%s', (_what, text, login) => {
    expect(codex.state.login((file) => (file === 'auth.json' ? text : undefined))).toEqual(login);
  });
});
