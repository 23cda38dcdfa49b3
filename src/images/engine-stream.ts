// Reads what engines send while they pull, import and build: JSON documents, one a line.

import { AiError, messageOf } from '../base/errors.ts';

export interface EngineMessage {
  /** Output of a build. */
  stream?: string;
  /** Of BuildKit: what it tells of a build, where `id` says so. */
  aux?: unknown;
  /** Progress of a pull or an import. */
  status?: string;
  /** The layer that `status` is about. */
  id?: string;
  progressDetail?: { current?: number; total?: number };
  /** The work has failed; nothing follows. */
  error?: string;
}

/** The messages one by one. The stream's own error is thrown, `error` messages are not. */
export async function* engineMessages(
  stream: NodeJS.ReadableStream,
): AsyncGenerator<EngineMessage> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const lines = (
      rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))
    ).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as EngineMessage;
  }
  if (rest.trim() !== '') yield JSON.parse(rest) as EngineMessage;
}

/** The HTTP status of a call that the engine refused, or undefined if that is not what went wrong. */
export function engineStatus(error: unknown): number | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** What an engine said, without what dockerode puts before it: `(HTTP code 403) unexpected - `. */
export const engineText = (error: unknown): string =>
  messageOf(error)
    .replace(/^\(HTTP code \d+\) .{0,60}? - /, '')
    .trim();

/** What an engine's call threw, as an expected failure where the engine has answered. `doing` completes “refused to …”. */
export function engineFailure(doing: string, error: unknown): unknown {
  const status = engineStatus(error);
  if (status === undefined) return error;
  return new AiError(
    'AI_ENGINE_REFUSED',
    { doing, status, message: engineText(error) },
    { cause: error },
  );
}
