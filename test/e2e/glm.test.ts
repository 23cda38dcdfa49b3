// GLM is Claude Code at Z.ai: nothing of a login at Anthropic may get there.

import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runAi } from '../support/ai.ts';
import { loginMarker, plantClaudeLogin, writePrivate } from '../support/claude-login.ts';
import { hostAddressOnBridge } from '../support/engine.ts';
import { fakeReply } from '../support/fake-api/answer.ts';
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

it.each([
  ['ZAI_API_KEY', { ZAI_API_KEY: 'zai-key' }, undefined],
  ['its file', {}, 'zai-key'],
])('sends the key from %s, and no login of Claude', async (_, env, keyFile) => {
  const home = temporaryDirectory();
  const global = path.join(stateOf(home), 'global_state');
  plantClaudeLogin(path.join(global, 'claude'));
  if (keyFile !== undefined) writePrivate(path.join(global, 'secrets/zai_key'), `${keyFile}\n`);

  const asked = fake.requests.length;
  const endpoint = `ANTHROPIC_BASE_URL=${fake.url}/api/anthropic`;
  const run = await runAi(['--yes', '-e', endpoint, '-p', 'hi', 'glm'], {
    home,
    cwd: makeRepository(),
    env: {
      ...env,
      ANTHROPIC_API_KEY: `${loginMarker}-key`,
      ANTHROPIC_AUTH_TOKEN: `${loginMarker}-token`,
      CLAUDE_CODE_OAUTH_TOKEN: `${loginMarker}-login`,
    },
  });
  expect(run, run.stderr).toMatchObject({ code: 0, stdout: `${fakeReply}\n` });

  const requests = fake.requests.slice(asked);
  expect(JSON.stringify(requests)).not.toContain(loginMarker);
  const questions = requests.filter(({ method }) => method === 'POST');
  expect(questions.length).toBeGreaterThan(0);
  for (const { path: place, headers } of questions) {
    expect(place).toMatch(/^\/api\/anthropic\/v1\/messages/);
    expect(headers.authorization).toBe('Bearer zai-key');
    expect(headers).not.toHaveProperty('x-api-key');
  }
});

it('says where the key goes when there is none', async () => {
  const run = await runAi(['-p', 'hi', 'glm']);
  expect(run).toMatchObject({ code: 125, stdout: '' });
  expect(run.stderr).toMatch(/Z\.ai[^]*ai secrets set ZAI_API_KEY/);
});
