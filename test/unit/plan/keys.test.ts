// Keys that are needed, and what is said of those that stay out.

import { describe, expect, it } from 'vitest';
import { assistants } from '../../../src/assistants/registry.ts';
import type { BuiltInName } from '../../../src/base/assistant-definition.ts';
import { planEnvironment } from '../../../src/plan/environment.ts';
import { withArguments } from '../../../src/plan/command.ts';
import { checkKeys, endpointNotes } from '../../../src/plan/keys.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import { buildFacts, type FactsInput } from '../../support/build-facts.ts';

const host = (environment: Record<string, string>): FactsInput => ({ host: { environment } });
const env = (variables: Record<string, string | null>): FactsInput => ({
  settings: { env: variables },
});

describe('a key', () => {
  it.each<[BuiltInName, FactsInput, string | undefined]>([
    ['claude', {}, undefined],
    ['glm', {}, 'AI_KEY_MISSING'],
    ['glm', host({ ZAI_API_KEY: '' }), 'AI_KEY_MISSING'],
    ['glm', host({ ANTHROPIC_AUTH_TOKEN: 'k' }), 'AI_KEY_MISSING'],
    ['glm', env({ ANTHROPIC_AUTH_TOKEN: null }), 'AI_KEY_MISSING'],
    ['glm', env({ ANTHROPIC_AUTH_TOKEN: '' }), 'AI_KEY_MISSING'],
    ['glm', { secrets: { zai_key: 'k' }, ...env({ ANTHROPIC_AUTH_TOKEN: '' }) }, 'AI_KEY_MISSING'],
    ['glm', env({ ANTHROPIC_AUTH_TOKEN: 'k' }), undefined],
    [
      'glm',
      { ...host({ ANTHROPIC_AUTH_TOKEN: 'k' }), ...env({ ANTHROPIC_AUTH_TOKEN: null }) },
      undefined,
    ],
    ['glm', host({ ZAI_API_KEY: 'k' }), undefined],
    ['glm', { secrets: { zai_key: 'k' } }, undefined],
    ['claude', host({ ANTHROPIC_BASE_URL: 'localhost:80' }), 'AI_ENDPOINT_MALFORMED'],
    ['claude', env({ ANTHROPIC_BASE_URL: 'x' }), 'AI_ENDPOINT_MALFORMED'],
    ['claude', host({ ANTHROPIC_BASE_URL: 'http://[::1]:1/p' }), undefined],
    ['glm', { secrets: { zai_key: 'k' }, ...host({ ANTHROPIC_BASE_URL: 'x' }) }, undefined],
  ])('%s with %j: %s', (name, input, code) => {
    let thrown: unknown;
    try {
      checkKeys(buildFacts(input), assistants[name]);
    } catch (error) {
      thrown = error;
    }
    expect((thrown as { code?: string } | undefined)?.code).toBe(code);
  });
});

describe('the notes', () => {
  const account: Pick<Facts, 'login'> = { login: { kind: 'account' } };
  const notes = (name: BuiltInName, input: FactsInput, more: Pick<Facts, 'login'> = {}) => {
    const facts = { ...buildFacts(input), ...more };
    const assistant = assistants[name];
    const environment = planEnvironment(facts, assistant, { tty: false, userName: 'ann' });
    return endpointNotes(facts, assistant, environment);
  };
  const foreign = { ANTHROPIC_BASE_URL: 'https://x.example' };

  const said = [
    'this project’s own settings send Claude Code to x.example, with your key',
  ] as const;
  const ofProject = (name: string, value = 'https://x.example/v1'): FactsInput => ({
    endpoints: [{ name, value }],
  });

  it.each<[string, BuiltInName, FactsInput, Pick<Facts, 'login'>, readonly string[]]>([
    [
      'a key, and a project that names another place',
      'claude',
      { ...host({ ANTHROPIC_API_KEY: 'k' }), ...ofProject('ANTHROPIC_BASE_URL') },
      {},
      said,
    ],
    [
      'a key, and a project that names another cloud',
      'claude',
      { ...host({ ANTHROPIC_AUTH_TOKEN: 'k' }), ...ofProject('ANTHROPIC_BEDROCK_BASE_URL') },
      {},
      said,
    ],
    [
      'a key, and a project that names a cloud without a place',
      'claude',
      { ...host({ ANTHROPIC_API_KEY: 'k' }), ...ofProject('CLAUDE_CODE_USE_BEDROCK', '1') },
      {},
      [],
    ],
    ['no key, and such a project', 'claude', ofProject('ANTHROPIC_BEDROCK_BASE_URL'), {}, []],
    ['nothing to say', 'claude', {}, account, []],
    ['a key for it', 'claude', host({ ...foreign, ANTHROPIC_API_KEY: 'k' }), account, []],
    ['no login anywhere', 'claude', host(foreign), {}, []],
    [
      'a token that nobody asked for',
      'claude',
      host({ ...foreign, CLAUDE_CODE_OAUTH_TOKEN: 'o' }),
      {},
      [],
    ],
    [
      'a login elsewhere',
      'claude',
      host(foreign),
      account,
      ['your login of Claude Code is not for x.example: give a key that is, with -e'],
    ],
    [
      'a token by env',
      'claude',
      env({ ...foreign, CLAUDE_CODE_OAUTH_TOKEN: 'o' }),
      {},
      ['CLAUDE_CODE_OAUTH_TOKEN left out: meant for another vendor than x.example'],
    ],
    [
      'two of them',
      'glm',
      env({ ANTHROPIC_API_KEY: 'a', CLAUDE_CODE_OAUTH_TOKEN: 'o' }),
      {},
      ['ANTHROPIC_API_KEY, CLAUDE_CODE_OAUTH_TOKEN left out: meant for another vendor than GLM'],
    ],
  ])('%s', (_what, name, input, more, expected) => {
    expect(notes(name, input, more)).toEqual(expected);
  });
});

it.each([
  [['-p', 'hi'], ['-v'], ['-p', 'hi', '-v']],
  [['-p', '--', '-x'], ['-v'], ['-p', '-v', '--', '-x']],
  [['--', '--'], [], ['--', '--']],
])('%j with %j is %j', (words, own, expected) => {
  expect(withArguments(words, own)).toEqual(expected);
});

it('shows no address with a password', () => {
  const plan = planEnvironment(
    buildFacts({
      ...host({ ANTHROPIC_BASE_URL: 'https://u:p@x' }),
      ...env({ OTHER: 'http://u:p@y' }),
    }),
    assistants.claude,
    { tty: false, userName: 'ann' },
  );
  expect(plan.filter(({ secret }) => secret).map(({ name }) => name)).toEqual([
    'ANTHROPIC_BASE_URL',
    'OTHER',
  ]);
});
