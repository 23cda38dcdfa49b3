// Tests of the fake model where the assistants would not tell clearly what is wrong with it.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { startFakeAnthropic } from '../../support/fake-api/anthropic.ts';
import type { FakeAnthropic } from '../../support/fake-api/anthropic.ts';

let fake: FakeAnthropic;

beforeAll(async () => {
  fake = await startFakeAnthropic();
});
afterAll(async () => fake.close());

const ask = async (content: unknown, more: object = {}): Promise<Response> =>
  fetch(`${fake.url}/v1/messages?beta=true`, {
    method: 'POST',
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content }], ...more }),
  });

const tools = [{ name: 'Bash' }];

it('answers a prompt with the same sentence always', async () => {
  expect(await (await ask('hi')).json()).toMatchObject({
    content: [{ type: 'text', text: 'FAKE-REPLY-OK' }],
    stop_reason: 'end_turn',
  });
});

it('calls the shell tool when a directive says so and the tool is there', async () => {
  expect(await (await ask('[[bash: ls -l]]', { tools })).json()).toMatchObject({
    content: [{ type: 'tool_use', name: 'Bash', input: { command: 'ls -l' } }],
    stop_reason: 'tool_use',
  });
  expect(await (await ask('[[bash: ls -l]]')).json()).toMatchObject({ stop_reason: 'end_turn' });
});

it('reports what the tool said', async () => {
  const result = [{ type: 'tool_result', content: [{ type: 'text', text: 'a file\n' }] }];
  expect(await (await ask(result, { tools })).json()).toMatchObject({
    content: [{ text: 'FAKE-REPLY-OK tool said: a file' }],
  });
});

it('looks at the last user message, whatever follows it', async () => {
  const messages = [
    { role: 'user', content: '[[error: 500]]' },
    { role: 'user', content: 'hi' },
    { role: 'system', content: '[[error: 500]]' },
  ];
  expect((await ask('', { messages })).status).toBe(200);
});

it('fails with the status of a directive', async () => {
  const response = await ask('[[error: 429]]');
  expect(response.status).toBe(429);
  expect(await response.json()).toMatchObject({ error: { type: 'rate_limit_error' } });
});

it('streams the same answer as events', async () => {
  const stream = await (await ask('[[bash: ls]]', { tools, stream: true })).text();
  expect([...stream.matchAll(/^event: (.*)$/gm)].map(([, type]) => type)).toEqual([
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
  expect(stream).toContain(String.raw`"partial_json":"{\"command\":\"ls\"}"`);
});

it('keeps what was asked', async () => {
  await ask('remember me');
  expect(fake.requests.at(-1)).toMatchObject({
    method: 'POST',
    path: '/v1/messages',
    body: { messages: [{ content: 'remember me' }] },
  });
});
