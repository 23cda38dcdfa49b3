// What the fake model answers: a fixed sentence, or what a directive in the last user prompt asks for.

/** The part of a Messages request that the answer depends on. */
export interface MessagesRequest {
  model: string;
  stream?: boolean;
  messages: readonly { role: string; content: string | readonly Block[] }[];
  tools?: readonly { name: string }[];
}

interface Block {
  type: string;
  text?: string;
  content?: string | readonly Block[];
}

export type Answer =
  | { kind: 'text'; text: string }
  | { kind: 'shell'; tool: string; command: string }
  | { kind: 'error'; status: number };

/** The answer to every prompt without a directive. */
export const fakeReply = 'FAKE-REPLY-OK';

/**
 * The directives: `[[bash: CMD]]` calls the assistant's own shell tool, whose output comes back in the reply;
 * `[[error: 429]]` answers with that HTTP status; `[[delay: 1500]]` waits so many milliseconds first.
 */
export function answerTo(request: MessagesRequest): { answer: Answer; delay: number } {
  // Claude Code may end the list with a message of the system.
  const content = request.messages.findLast(({ role }) => role === 'user')?.content ?? [];
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const prompt = textOf(blocks.filter(({ type }) => type === 'text'));
  return {
    answer: choose(
      request,
      prompt,
      blocks.find(({ type }) => type === 'tool_result'),
    ),
    delay: Number(directive(prompt, 'delay') ?? 0),
  };
}

function choose(request: MessagesRequest, prompt: string, result: Block | undefined): Answer {
  const status = directive(prompt, 'error');
  if (status !== undefined) return { kind: 'error', status: Number(status) };
  if (result !== undefined)
    return { kind: 'text', text: `${fakeReply} tool said: ${textOf(result.content).trim()}` };
  const command = directive(prompt, 'bash');
  const tool = request.tools?.find(({ name }) => name.toLowerCase() === 'bash');
  // Side requests (titles, summaries) repeat the prompt but bring no tools.
  if (command === undefined || tool === undefined) return { kind: 'text', text: fakeReply };
  return { kind: 'shell', tool: tool.name, command };
}

const directive = (prompt: string, name: string): string | undefined =>
  new RegExp(`\\[\\[${name}:\\s*(.*?)\\]\\]`, 's').exec(prompt)?.[1];

const textOf = (content: string | readonly Block[] = []): string =>
  typeof content === 'string' ? content : content.map(({ text }) => text ?? '').join('\n');
