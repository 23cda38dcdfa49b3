// GLM gets Z.ai's key and nothing of Claude's login, whatever the environment and the settings say.

import { expect, it } from 'vitest';
import { claude } from '../../../src/assistants/claude.ts';
import { glm } from '../../../src/assistants/glm.ts';
import { planEnvironment } from '../../../src/plan/environment.ts';
import { buildFacts, type FactsInput } from '../../support/build-facts.ts';

const environment = (input: FactsInput): Record<string, string> =>
  Object.fromEntries(
    planEnvironment(buildFacts(input), glm, { tty: false, userName: 'ann' })
      .filter(({ name }) => /^(ANTHROPIC_(API|AUTH|BASE|MODEL)|CLAUDE_CODE_OAUTH)/.test(name))
      .map(({ name, value, secret }) => [
        name.replace('ANTHROPIC_', ''),
        secret ? `*${value}` : value,
      ]),
  );
const host = (variables: Record<string, string>): FactsInput => ({
  host: { environment: variables },
});
const zai = 'https://api.z.ai/api/anthropic';

it.each<[string, FactsInput, Record<string, string>]>([
  ['the key of the environment', host({ ZAI_API_KEY: 'k' }), { AUTH_TOKEN: '*k' }],
  ['the key of the file', { secrets: { zai_key: 'f' } }, { AUTH_TOKEN: '*f' }],
  [
    'the environment first',
    { ...host({ ZAI_API_KEY: 'k' }), secrets: { zai_key: 'f' } },
    { AUTH_TOKEN: '*k' },
  ],
  [
    'the file where that is empty',
    { ...host({ ZAI_API_KEY: '' }), secrets: { zai_key: 'f' } },
    { AUTH_TOKEN: '*f' },
  ],
  ['what -e says', { settings: { env: { ANTHROPIC_AUTH_TOKEN: 'e' } } }, { AUTH_TOKEN: '*e' }],
  [
    'no login of Claude',
    host({ ANTHROPIC_API_KEY: 'a', ANTHROPIC_AUTH_TOKEN: 'a', CLAUDE_CODE_OAUTH_TOKEN: 'o' }),
    {},
  ],
  [
    'none by the setting env',
    { settings: { env: { ANTHROPIC_API_KEY: 'a', CLAUDE_CODE_OAUTH_TOKEN: 'o' } } },
    {},
  ],
  ['no endpoint of the environment', host({ ANTHROPIC_BASE_URL: 'https://x.example' }), {}],
  [
    'the endpoint of -e',
    { settings: { env: { ANTHROPIC_BASE_URL: 'http://x' } } },
    { BASE_URL: 'http://x' },
  ],
])('has %s', (_what, input, expected) => {
  expect(environment(input)).toEqual({ BASE_URL: zai, ...expected });
});

it('is started as Claude Code is, and approves no key of Claude', () => {
  expect(glm.commandLine).toBe(claude.commandLine);
  const seeds = glm.state.seeds({
    project: '/p',
    variables: new Map([['ANTHROPIC_API_KEY', 'k']]),
  });
  expect(JSON.stringify(seeds)).not.toContain('approved');
});
