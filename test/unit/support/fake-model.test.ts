// Tests of the fake model where the assistants would not tell clearly what is wrong with it.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeModel } from '../../support/fake-api/server.ts';
import type { FakeModel } from '../../support/fake-api/server.ts';

let fake: FakeModel;

beforeAll(async () => {
  fake = await startFakeModel();
});
afterAll(async () => fake.close());

const post = async (path: string, body: object): Promise<Response> =>
  fetch(`${fake.url}${path}`, { method: 'POST', body: JSON.stringify(body) });

const schema = (command: string) => ({
  type: 'object',
  properties: {
    [command]: { type: 'string' },
    note: { type: 'string' },
    safe: { type: 'boolean' },
  },
  required: [command, 'note', 'safe'],
});

interface Api {
  name: string;
  path: string;
  /** Where a stream of the same is. */
  streamPath?: string;
  says: (prompt: string) => object;
  heard: (output: string) => object;
  withTool: object;
  text: (text: string) => object;
  call: (command: string) => object;
  rateLimit: object;
  /** Kinds of the events of a stream, or their data where they have no kind. */
  stream: readonly RegExp[];
}

const anthropic: Api = {
  name: 'Anthropic’s Messages',
  path: '/v1/messages?beta=true',
  says: (content) => ({ messages: [{ role: 'user', content }] }),
  heard: (text) => ({
    messages: [
      { role: 'user', content: [{ type: 'tool_result', content: [{ type: 'text', text }] }] },
      { role: 'system', content: '[[error: 500]]' },
    ],
  }),
  withTool: { tools: [{ name: 'Bash', input_schema: schema('command') }] },
  text: (text) => ({ content: [{ type: 'text', text }], stop_reason: 'end_turn' }),
  call: (command) => ({
    content: [{ type: 'tool_use', name: 'Bash', input: { command, note: 'fake', safe: false } }],
    stop_reason: 'tool_use',
  }),
  rateLimit: { error: { type: 'rate_limit_error' } },
  stream: [
    /message_start/,
    /content_block_start/,
    /content_block_delta/,
    /content_block_stop/,
    /message_delta/,
    /message_stop/,
  ],
};

const chat: Api = {
  name: 'OpenAI’s Chat Completions',
  path: '/v1/chat/completions',
  says: (content) => ({ messages: [{ role: 'user', content }] }),
  heard: (content) => ({
    messages: [
      { role: 'user', content: '[[bash: ls]]' },
      { role: 'tool', content },
    ],
  }),
  withTool: {
    tools: [{ function: { name: 'run_shell_command', parameters: schema('command') } }],
  },
  text: (content) => ({ choices: [{ message: { content }, finish_reason: 'stop' }] }),
  call: (command) => {
    const words = JSON.stringify({ note: 'fake', safe: false, command });
    const call = { function: { name: 'run_shell_command', arguments: words } };
    return { choices: [{ message: { tool_calls: [call] }, finish_reason: 'tool_calls' }] };
  },
  rateLimit: { error: { type: 'rate_limit_exceeded' } },
  stream: [/"role":"assistant"/, /tool_calls/, /"finish_reason":"tool_calls"/, /usage/, /DONE/],
};

const responses: Api = {
  name: 'OpenAI’s Responses',
  path: '/v1/responses',
  says: (text) => ({ input: [{ role: 'user', content: [{ type: 'input_text', text }] }] }),
  heard: (output) => ({
    input: [
      { role: 'user', content: '[[bash: ls]]' },
      { type: 'function_call_output', output },
    ],
  }),
  withTool: {
    tools: [{ type: 'function', name: 'exec_command', parameters: schema('cmd') }],
  },
  text: (text) => ({ output: [{ type: 'message', content: [{ text }] }] }),
  call: (cmd) => ({
    output: [
      {
        type: 'function_call',
        name: 'exec_command',
        arguments: JSON.stringify({ note: 'fake', safe: false, cmd }),
      },
    ],
  }),
  rateLimit: { error: { type: 'rate_limit_exceeded' } },
  stream: [/created/, /output_item.added/, /output_item.done/, /response.completed/],
};

const gemini: Api = {
  name: 'Google’s Gemini',
  path: '/v1beta/models/gemini-x:generateContent',
  streamPath: '/v1beta/models/gemini-x:streamGenerateContent?alt=sse',
  says: (text) => ({ contents: [{ role: 'user', parts: [{ text }] }] }),
  heard: (output) => ({
    contents: [{ role: 'user', parts: [{ functionResponse: { response: { output } } }] }],
  }),
  withTool: {
    tools: [
      {
        functionDeclarations: [
          { name: 'run_shell_command', parametersJsonSchema: schema('command') },
        ],
      },
    ],
  },
  text: (text) => ({ candidates: [{ content: { parts: [{ text }] } }] }),
  call: (command) => ({
    candidates: [
      {
        content: {
          parts: [
            {
              functionCall: {
                name: 'run_shell_command',
                args: { command, note: 'fake', safe: false },
              },
            },
          ],
        },
      },
    ],
  }),
  rateLimit: { error: { code: 429, status: 'RESOURCE_EXHAUSTED' } },
  stream: [/functionCall/],
};

describe.each([anthropic, chat, responses, gemini])('behind $name', (api) => {
  const ask = async (body: object, path = api.path): Promise<Response> => post(path, body);

  it('answers a prompt with the same sentence always', async () => {
    expect(await (await ask(api.says('hi'))).json()).toMatchObject(api.text('FAKE-REPLY-OK'));
  });

  it('calls the shell tool, by its own parameters, when a directive says so', async () => {
    const body = { ...api.says('[[bash: ls -l]]'), ...api.withTool };
    expect(await (await ask(body)).json()).toMatchObject(api.call('ls -l'));
  });

  it('calls nothing where no tools came with the question', async () => {
    const response = await ask(api.says('[[bash: ls -l]]'));
    expect(await response.json()).toMatchObject(api.text('FAKE-REPLY-OK'));
  });

  it('reports what the tool said', async () => {
    const response = await ask({ ...api.heard('a file\n'), ...api.withTool });
    expect(await response.json()).toMatchObject(api.text('FAKE-REPLY-OK tool said: a file'));
  });

  it('fails with the status of a directive', async () => {
    const response = await ask(api.says('[[error: 429]]'));
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject(api.rateLimit);
  });

  it('streams the same answer as events', async () => {
    const body = { ...api.says('[[bash: ls]]'), ...api.withTool, stream: true };
    const stream = await (await ask(body, api.streamPath)).text();
    const events = stream.split('\n\n').filter((event) => event !== '');
    expect(events).toHaveLength(api.stream.length);
    events.forEach((event, index) => {
      expect(event).toMatch(api.stream[index]!);
    });
  });
});

it('answers Claude Code at the path that Z.ai has', async () => {
  const response = await post('/api/anthropic/v1/messages', anthropic.says('hi'));
  expect(await response.json()).toMatchObject(anthropic.text('FAKE-REPLY-OK'));
});

it('looks at the last user message only', async () => {
  const messages = ['[[error: 500]]', 'hi'].map((content) => ({ role: 'user', content }));
  expect((await post(anthropic.path, { messages })).status).toBe(200);
});

it('waits as long as a directive says', async () => {
  const start = performance.now();
  await post(anthropic.path, anthropic.says('[[delay: 50]]'));
  expect(performance.now() - start).toBeGreaterThanOrEqual(49);
});

it('sends Codex’s attempt at a WebSocket back to HTTP', async () => {
  expect((await fetch(`${fake.url}/v1/responses`)).status).toBe(426);
});

it('writes the program that Codex’s code mode wants, within its namespace', async () => {
  const tools = [{ type: 'namespace', name: 'code', tools: [{ type: 'custom', name: 'exec' }] }];
  const input = [
    { type: 'additional_tools', tools },
    { role: 'user', content: '[[bash: ls]]' },
  ];
  expect(await (await post(responses.path, { input })).json()).toMatchObject({
    output: [
      {
        type: 'custom_tool_call',
        name: 'exec',
        namespace: 'code',
        input: 'text(await tools.exec_command({"cmd":"ls"}))',
      },
    ],
  });
});

it('gives Gemini CLI’s questions to itself JSON of the schema that it wants', async () => {
  const generationConfig = {
    responseJsonSchema: {
      type: 'OBJECT',
      properties: { model: { type: 'STRING', enum: ['flash', 'pro'] }, score: { type: 'NUMBER' } },
    },
  };
  const body = { ...gemini.says('which model?'), generationConfig };
  expect(await (await post(gemini.path, body)).json()).toMatchObject(
    gemini.text('{"model":"flash","score":1}'),
  );
});

it('keeps what was asked, as it was sent', async () => {
  await fetch(`${fake.url}/somewhere/else`, {
    method: 'POST',
    headers: { authorization: 'Bearer x' },
    body: 'no JSON',
  });
  expect(fake.requests.at(-1)).toMatchObject({
    method: 'POST',
    path: '/somewhere/else',
    headers: { authorization: 'Bearer x' },
    text: 'no JSON',
    body: undefined,
  });
});
