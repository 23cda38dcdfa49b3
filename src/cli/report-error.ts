// Shows an error on stderr: an expected one in its words, a bug with its stack and what to do with it.

import { AiError } from '../base/errors.ts';
import { version } from '../base/version.ts';
import { errorLines } from './error-lines.ts';
import { columnsOf } from './layout.ts';
import { makePalette } from './palette.ts';
import { isPlain } from './plain.ts';

/** @param cover takes secrets out of a text */
export function reportError(
  error: unknown,
  debug: boolean,
  cover: (text: string) => string = (text) => text,
): void {
  const lines = error instanceof AiError ? expected(error as AiError) : bug(error);
  if (debug && error instanceof Error) lines.push(`    ${error.stack ?? ''}`);
  process.stderr.write(`${cover(lines.join('\n'))}\n`);
}

function expected(error: AiError): string[] {
  const { stderr } = process;
  const plain = isPlain(stderr);
  return [
    ...errorLines(error, {
      ...makePalette(stderr),
      plain,
      seen: stderr.isTTY,
      width: plain ? Infinity : (columnsOf(stderr) ?? Infinity),
    }),
  ];
}

function bug(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    'ai: this is a bug in ai, not a mistake of yours',
    ...stack.split('\n').map((line) => `    ${line}`),
    `    ai ${version}, node ${process.version}, ${process.platform} ${process.arch}`,
    `    ${isPlain(process.stderr) ? 'next:' : '→'} please report it with these lines`,
  ];
}
