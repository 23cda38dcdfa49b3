// An answer in the form of the Messages API: one JSON document, or the events of a stream.

import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Answer, MessagesRequest } from './answer.ts';

const usage = { input_tokens: 12, output_tokens: 7 };

const errorTypes: Partial<Record<number, string>> = {
  401: 'authentication_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

/** Sends the answer as the request wants it. */
export function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  request: MessagesRequest,
): void {
  if (answer.kind === 'error') {
    const error = {
      type: errorTypes[answer.status] ?? 'api_error',
      message: 'the fake model fails',
    };
    sendJson(response, answer.status, { type: 'error', error });
    return;
  }
  const block =
    answer.kind === 'text'
      ? { type: 'text', text: answer.text }
      : {
          type: 'tool_use',
          id: id('toolu'),
          name: answer.tool,
          input: { command: answer.command },
        };
  const message = {
    id: id('msg'),
    type: 'message',
    role: 'assistant',
    model: request.model,
    content: [block],
    stop_reason: answer.kind === 'text' ? 'end_turn' : 'tool_use',
    stop_sequence: null,
    usage,
  };
  if (request.stream === true) sendEvents(response, eventsOf(answer, message));
  else sendJson(response, 200, message);
}

interface StreamEvent {
  type: string;
  [field: string]: unknown;
}

interface Message {
  content: readonly object[];
  stop_reason: string;
}

function eventsOf(answer: Exclude<Answer, { kind: 'error' }>, message: Message): StreamEvent[] {
  const [block] = message.content;
  const [empty, delta] =
    answer.kind === 'text'
      ? [{ text: '' }, { type: 'text_delta', text: answer.text }]
      : [
          { input: {} },
          { type: 'input_json_delta', partial_json: JSON.stringify({ command: answer.command }) },
        ];
  return [
    { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
    { type: 'content_block_start', index: 0, content_block: { ...block, ...empty } },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: message.stop_reason, stop_sequence: null },
      usage,
    },
    { type: 'message_stop' },
  ];
}

function sendEvents(response: ServerResponse, events: readonly StreamEvent[]): void {
  response.setHeader('content-type', 'text/event-stream');
  for (const event of events)
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.end();
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

const id = (kind: string): string => `${kind}_${randomUUID().replaceAll('-', '')}`;
