// A stored login never reaches another vendor: not by the user's variables, and not by settings in a cloned repository.

import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runAi } from '../support/ai.ts';
import { loginMarker, plantClaudeLogin, writePrivate } from '../support/claude-login.ts';
import { hostAddressOnBridge } from '../support/engine.ts';
import { startFakeModel } from '../support/fake-api/server.ts';
import type { FakeModel } from '../support/fake-api/server.ts';
import { stateOf } from '../support/left-behind.ts';
import { makeRepository } from '../support/repository.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

let fake: FakeModel;
beforeAll(async () => {
  fake = await startFakeModel(await hostAddressOnBridge());
});
afterAll(async () => fake.close());

it('of claude, sent elsewhere by a variable of the user’s', async () => {
  const { requests, code } = await askClaude(makeRepository(), {
    ANTHROPIC_BASE_URL: fake.url,
    ANTHROPIC_API_KEY: 'a-key',
  });
  expect(code).toBe(0);
  expect(requests.some(({ headers }) => headers['x-api-key'] === 'a-key')).toBe(true);
  expect(JSON.stringify(requests)).not.toContain(loginMarker);
});

// Unit tests have the other files. Before it reads them, claude asks its own vendor, whom nobody can reach here.
it('of claude, sent elsewhere by settings in the project', async () => {
  const cwd = makeRepository();
  const settings = { env: { ANTHROPIC_BASE_URL: fake.url } };
  writePrivate(path.join(cwd, '.claude/settings.json'), JSON.stringify(settings));
  const { requests, stdout } = await askClaude(cwd, {});
  expect(stdout).toContain('Not logged in');
  expect(JSON.stringify(requests)).not.toContain(loginMarker);
});

async function askClaude(cwd: string, env: Record<string, string>) {
  const home = temporaryDirectory();
  plantClaudeLogin(path.join(stateOf(home), 'global_state/claude'));
  const asked = fake.requests.length;
  const run = await runAi(['--yes', '-p', 'hi', 'claude'], {
    home,
    cwd,
    env: { ...env, CLAUDE_CODE_OAUTH_TOKEN: `${loginMarker}-token` },
  });
  return { ...run, requests: fake.requests.slice(asked) };
}

it('of opencode, sent elsewhere by its configuration', async () => {
  const home = temporaryDirectory();
  const stored = { anthropic: { type: 'api', key: 'stored-key' } };
  const file = path.join(stateOf(home), 'global_state/opencode/data/auth.json');
  writePrivate(file, JSON.stringify(stored));
  const options = { baseURL: `${fake.url}/v1` };
  const asked = fake.requests.length;
  const ask = ['--yes', '--timeout', '60s', '--model', 'anthropic/claude-sonnet-4-5'];
  await runAi([...ask, '-p', 'hi', 'opencode'], {
    home,
    cwd: makeRepository(),
    env: { OPENCODE_CONFIG_CONTENT: JSON.stringify({ provider: { anthropic: { options } } }) },
  });
  expect(JSON.stringify(fake.requests.slice(asked))).not.toContain('stored-key');
});
