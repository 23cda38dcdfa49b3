// OpenAI's Chat Completions, which Qwen Code speaks and most others can, and its list of models.

import type { Said, Turn } from './answer.ts';
import { newId, textOf, type Content } from './content.ts';
import type { Endpoint, Reply, ServerEvent } from './endpoint.ts';
import { shellArguments, type Schema } from './shell-tool.ts';

export const chatEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: /\/models$/,
    // `models` is what Codex looks for instead; an empty one makes it take its own list.
    fixed: {
      json: { object: 'list', data: [{ id: 'fake-model', object: 'model' }], models: [] },
    },
  },
  {
    method: 'POST',
    path: /\/chat\/completions$/,
    turnOf,
    reply: (said, { body }) => replyTo(body as ChatRequest, said),
    failure: openAiFailure,
  },
];

/** The body that goes with a status of failure in all of OpenAI's APIs. */
export function openAiFailure(status: number): object {
  const type = status === 429 ? 'rate_limit_exceeded' : 'api_error';
  return { error: { message: 'the fake model fails', type, code: null } };
}

interface ChatRequest {
  model?: string;
  stream?: boolean;
  messages?: readonly { role: string; content?: Content | null }[];
  tools?: readonly { function: { name: string; parameters?: Schema } }[];
}

function turnOf(body: object): Turn {
  const { messages = [], tools = [] } = body as ChatRequest;
  const last = messages.at(-1);
  return {
    prompt: textOf(messages.findLast(({ role }) => role === 'user')?.content),
    toolResult: last?.role === 'tool' ? textOf(last.content) : undefined,
    tools: tools.map((tool) => tool.function),
  };
}

const usage = { prompt_tokens: 12, completion_tokens: 7, total_tokens: 19 };

function replyTo({ model, stream }: ChatRequest, said: Said): Reply {
  const base = { id: newId('chatcmpl'), created: 0, model: model ?? 'fake' };
  const finish_reason = said.kind === 'text' ? 'stop' : 'tool_calls';
  const calls = callsOf(said);
  const words = { content: said.kind === 'text' ? said.text : null };
  if (stream !== true) {
    const message = { role: 'assistant', ...words, ...(calls && { tool_calls: calls }) };
    const choices = [{ index: 0, message, finish_reason }];
    return { json: { ...base, object: 'chat.completion', choices, usage } };
  }
  const chunk = (more: object): ServerEvent => ({
    data: { ...base, object: 'chat.completion.chunk', ...more },
  });
  const piece = (delta: object, reason: string | null = null): ServerEvent =>
    chunk({ choices: [{ index: 0, delta, finish_reason: reason }] });
  return {
    events: [
      piece({ role: 'assistant', content: '' }),
      piece(calls ? { tool_calls: calls.map((call) => ({ index: 0, ...call })) } : words),
      piece({}, finish_reason),
      chunk({ choices: [], usage }),
      { data: '[DONE]' },
    ],
  };
}

function callsOf(said: Said): object[] | undefined {
  if (said.kind === 'text') return undefined;
  const words = JSON.stringify(shellArguments(said.tool, said.command));
  const call = { name: said.tool.name, arguments: words };
  return [{ id: newId('call'), type: 'function', function: call }];
}
