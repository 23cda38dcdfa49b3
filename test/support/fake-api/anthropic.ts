// Anthropic's Messages API, which Claude Code speaks, to Z.ai too.

import type { Said, Turn } from './answer.ts';
import { newId, textOf, type Content, type Part } from './content.ts';
import type { Endpoint, Reply, ServerEvent } from './endpoint.ts';
import { shellArguments, type Schema } from './shell-tool.ts';

export const anthropicEndpoints: readonly Endpoint[] = [
  // Whether anybody is there at all.
  { method: 'HEAD', path: /^\/$|\/api\/anthropic\/?$/, fixed: { json: {} } },
  {
    method: 'POST',
    path: /\/messages\/count_tokens$/,
    fixed: { json: { input_tokens: 12 } },
  },
  {
    method: 'POST',
    path: /\/messages$/,
    turnOf,
    reply: (said, { body }) => replyTo(body as MessagesRequest, said),
    failure: (status) => ({
      type: 'error',
      error: { type: errorTypes[status] ?? 'api_error', message: 'the fake model fails' },
    }),
  },
];

const errorTypes: Partial<Record<number, string>> = {
  401: 'authentication_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

interface MessagesRequest {
  model?: string;
  stream?: boolean;
  messages?: readonly { role: string; content: string | readonly Block[] }[];
  tools?: readonly { name: string; input_schema?: Schema }[];
}

interface Block extends Part {
  content?: Content;
}

function turnOf(body: object): Turn {
  const { messages = [], tools = [] } = body as MessagesRequest;
  // Claude Code may end the list with a message of the system.
  const content = messages.findLast(({ role }) => role === 'user')?.content ?? [];
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const result = blocks.find(({ type }) => type === 'tool_result');
  return {
    prompt: textOf(blocks.filter(({ type }) => type === 'text')),
    toolResult: result && textOf(result.content),
    tools: tools.map((tool) => ({ name: tool.name, parameters: tool.input_schema })),
  };
}

const usage = { input_tokens: 12, output_tokens: 7 };

function replyTo({ model, stream }: MessagesRequest, said: Said): Reply {
  const input = said.kind === 'shell' ? shellArguments(said.tool, said.command) : {};
  const block =
    said.kind === 'text'
      ? { type: 'text', text: said.text }
      : { type: 'tool_use', id: newId('toolu'), name: said.tool.name, input };
  const message = {
    id: newId('msg'),
    type: 'message',
    role: 'assistant',
    model: model ?? 'fake',
    content: [block],
    stop_reason: said.kind === 'text' ? 'end_turn' : 'tool_use',
    stop_sequence: null,
    usage,
  };
  if (stream !== true) return { json: message };
  const [empty, delta] =
    said.kind === 'text'
      ? [{ text: '' }, { type: 'text_delta', text: said.text }]
      : [{ input: {} }, { type: 'input_json_delta', partial_json: JSON.stringify(input) }];
  return {
    events: [
      event('message_start', { message: { ...message, content: [], stop_reason: null } }),
      event('content_block_start', { index: 0, content_block: { ...block, ...empty } }),
      event('content_block_delta', { index: 0, delta }),
      event('content_block_stop', { index: 0 }),
      event('message_delta', {
        delta: { stop_reason: message.stop_reason, stop_sequence: null },
        usage,
      }),
      event('message_stop', {}),
    ],
  };
}

const event = (type: string, more: object): ServerEvent => ({
  event: type,
  data: { type, ...more },
});
