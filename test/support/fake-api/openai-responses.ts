// OpenAI's Responses API, which Codex speaks.

import type { Said, Turn } from './answer.ts';
import { newId, textOf, type Content } from './content.ts';
import type { Endpoint, Reply, ServerEvent } from './endpoint.ts';
import { openAiFailure } from './openai-chat.ts';
import { shellArguments, type Schema, type Tool } from './shell-tool.ts';

export const responsesEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: /\/responses$/,
    // Codex tries a WebSocket first. This makes it go on over HTTP at once, instead of after several attempts.
    fixed: { status: 426, json: { error: { message: 'use POST' } } },
  },
  {
    method: 'POST',
    path: /\/responses$/,
    turnOf,
    reply: (said, { body }) => replyTo(body as ResponsesRequest, said),
    failure: openAiFailure,
  },
];

interface ResponsesRequest {
  model?: string;
  stream?: boolean;
  input?: string | readonly Item[];
  tools?: readonly OfferedTool[];
}

interface Item {
  type?: string;
  role?: string;
  content?: Content;
  /** Of a tool. */
  output?: Content | { content?: Content };
  /** Of an item `additional_tools`. */
  tools?: readonly OfferedTool[];
}

interface OfferedTool {
  type: string;
  name?: string;
  parameters?: Schema;
  /** Of a `namespace`. */
  tools?: readonly OfferedTool[];
}

/** A tool that takes a program as its input instead of arguments: the shell is a function in it. */
interface ResponsesTool extends Tool {
  takesProgram: boolean;
  namespace?: string | undefined;
}

function turnOf(body: object): Turn {
  const { input = [], tools = [] } = body as ResponsesRequest;
  const items: readonly Item[] =
    typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  const last = items.findLast(({ role, type }) => role === 'user' || type?.endsWith('_output'));
  const offered = [...tools, ...items.flatMap((item) => item.tools ?? [])];
  return {
    prompt: textOf(items.findLast(({ role }) => role === 'user')?.content),
    toolResult: last?.role === 'user' ? undefined : outputOf(last),
    tools: offered.flatMap((tool) => flatten(tool)),
  };
}

function outputOf(item: Item | undefined): string | undefined {
  const output = item?.output;
  if (output === undefined) return undefined;
  return textOf(
    typeof output === 'object' && 'content' in output ? output.content : (output as Content),
  );
}

function flatten(tool: OfferedTool, namespace?: string): ResponsesTool[] {
  if (tool.tools) return tool.tools.flatMap((inner) => flatten(inner, tool.name));
  const { type, name = type, parameters } = tool;
  return [{ name, parameters, takesProgram: type === 'custom', namespace }];
}

const usage = {
  input_tokens: 12,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 19,
};

function replyTo({ model = 'fake', stream }: ResponsesRequest, said: Said): Reply {
  const item = itemOf(said);
  const begun = { id: newId('resp'), object: 'response', created_at: 0, model, output: [] };
  const done = { ...begun, status: 'completed', output: [item], usage };
  if (stream !== true) return { json: done };
  const at = { output_index: 0 };
  return {
    events: [
      event('response.created', { response: { ...begun, status: 'in_progress' } }),
      event('response.output_item.added', { ...at, item: { ...item, ...empty } }),
      ...(said.kind === 'text'
        ? [
            event('response.output_text.delta', {
              ...at,
              item_id: item.id,
              content_index: 0,
              delta: said.text,
            }),
          ]
        : []),
      event('response.output_item.done', { ...at, item }),
      event('response.completed', { response: done }),
    ],
  };
}

/** Of an item that begins, whatever its kind. */
const empty = { status: 'in_progress', content: [], arguments: '', input: '' };

function itemOf(said: Said): OutputItem {
  if (said.kind === 'text') {
    const content = [{ type: 'output_text', text: said.text, annotations: [] }];
    return item('msg', { type: 'message', role: 'assistant', content });
  }
  const { tool, command } = said;
  const { takesProgram, namespace } = tool as ResponsesTool;
  const call = { call_id: newId('call'), name: tool.name, namespace };
  if (takesProgram) {
    const input = `text(await tools.exec_command(${JSON.stringify({ cmd: command })}))`;
    return item('ctc', { ...call, type: 'custom_tool_call', input });
  }
  const words = JSON.stringify(shellArguments(tool, command));
  return item('fc', { ...call, type: 'function_call', arguments: words });
}

interface OutputItem {
  id: string;
  status: string;
}

const item = (kind: string, more: object): OutputItem => ({
  id: newId(kind),
  status: 'completed',
  ...more,
});

const event = (type: string, more: object): ServerEvent => ({
  event: type,
  data: { type, ...more },
});
