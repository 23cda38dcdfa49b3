// Whether to colour, and the few colours there are. NO_COLOR and FORCE_COLOR decide where they are set.

import type { WriteStream } from 'node:tty';
import { isPlain } from './plain.ts';

type Style = (text: string) => string;

/** By the codes themselves: chalk would cost more than the whole of an error's way to the screen. */
export function makePalette(
  stream: NodeJS.WritableStream,
): Record<'red' | 'green' | 'yellow' | 'dim' | 'bold', Style> {
  const colour = wantsColour(stream);
  const style = (on: number, off: number): Style =>
    colour ? (text) => `\u001b[${on}m${text}\u001b[${off}m` : (text) => text;
  return {
    red: style(31, 39),
    green: style(32, 39),
    yellow: style(33, 39),
    dim: style(2, 22),
    bold: style(1, 22),
  };
}

/** Never for plain words; else no-color.org and force-color.org; else a terminal that is not dumb. */
export function wantsColour(stream: NodeJS.WritableStream): boolean {
  const { NO_COLOR: no, FORCE_COLOR: force, TERM: term } = process.env;
  if (no || isPlain(stream)) return false;
  if (force) return force !== '0' && force !== 'false';
  return (stream as Partial<WriteStream>).isTTY === true && term !== 'dumb';
}
