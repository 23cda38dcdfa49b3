// What the fake model answers, whatever API it is asked through: a fixed sentence, or what a directive in the prompt says.

import { findShellTool, type Tool } from './shell-tool.ts';

/** What the answer depends on; every API says it in its own words. */
export interface Turn {
  /** What the user said last. */
  prompt: string;
  /** What a tool said, where that came after it. */
  toolResult?: string | undefined;
  tools: readonly Tool[];
}

export type Answer = Said | { kind: 'error'; status: number };

export type Said =
  | { kind: 'text'; text: string }
  /** A call of the assistant's own shell tool. */
  | { kind: 'shell'; tool: Tool; command: string };

/** The answer to every prompt without a directive. */
export const fakeReply = 'FAKE-REPLY-OK';

/**
 * The directives: `[[bash: CMD]]` calls the assistant's own shell tool, whose output comes back in the reply;
 * `[[error: 429]]` answers with that HTTP status; `[[delay: 1500]]` waits so many milliseconds first.
 */
export function answerTo(turn: Turn, says?: Says): { answer: Answer; delay: number } {
  const text = says?.(turn);
  return {
    answer: text === undefined ? choose(turn) : { kind: 'text', text },
    delay: Number(directive(turn.prompt, 'delay') ?? 0),
  };
}

/** What a test lets the model say; undefined leaves it to the directives. */
export type Says = (turn: Turn) => string | undefined;

function choose({ prompt, toolResult, tools }: Turn): Answer {
  const status = directive(prompt, 'error');
  if (status !== undefined) return { kind: 'error', status: Number(status) };
  if (toolResult !== undefined)
    return { kind: 'text', text: `${fakeReply} tool said: ${toolResult.trim()}` };
  const command = directive(prompt, 'bash');
  const tool = findShellTool(tools);
  // Side requests (titles, summaries) repeat the prompt but bring no tools.
  if (command === undefined || tool === undefined) return { kind: 'text', text: fakeReply };
  return { kind: 'shell', tool, command };
}

const directive = (prompt: string, name: string): string | undefined =>
  new RegExp(`\\[\\[${name}:\\s*(.*?)\\]\\]`, 's').exec(prompt)?.[1];
