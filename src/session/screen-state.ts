// What a session leaves switched on in the user's terminal, and how that is switched off again.

import type { Writable } from 'node:stream';
import { isTerminal, type StandardStreams } from './streams.ts';

/** Ends a string that was begun, and is nothing otherwise. */
const st = '\u001b\\';

/** What a program that was killed left switched on: mouse, focus, bracketed paste, extended keys, hidden cursor, colours. */
const modesOff =
  '\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l\u001b[?1004l\u001b[?2004l\u001b[<u\u001b[?25h\u001b[0m';

/**
 * What can make words that follow invisible or others: colours and concealment, other sets of characters, an open link, output
 * that is held back, lines that do not wrap, margins (which move the cursor as they go).
 */
const wordsAsTheyAre = `\u001b[0m\u001b(B\u000f\u001b]8;;${st}\u001b[?2026l\u001b[?7h\u001b7\u001b[?69l\u001b[r\u001b8`;
/** The terminal's own colours: palette, text, background, cursor. */
const ownColours = `\u001b]104${st}\u001b]110${st}\u001b]111${st}\u001b]112${st}`;

/** What a session has left, as far as it is known. */
export interface LeftScreen {
  /** What makes a line of the launcher's visible as it is; empty after mere text. */
  readonly resetForWords: string;
  /** What to print after an end that the program could not tidy up after. */
  readonly reset: string;
}

/** For whoever has not seen the output. 47 leaves the alternate screen without moving the cursor of an ordinary one (xterm). */
export const unseenScreen: LeftScreen = {
  resetForWords: `${st}${wordsAsTheyAre}`,
  reset: `${st}\u001b[?47l${wordsAsTheyAre}${modesOff}`,
};

/* eslint-disable no-control-regex -- they are what is looked for */
/** Anything but text: ESC, another set of characters, and controls of 8 bits in their two bytes of UTF-8. */
const sequence = /[\u000e\u001b]|\u00c2[\u0080-\u009f]/;
/** The alternate screen on or off, alone or among other modes. */
const screenMode = /(?:\u001b\[|\u00c2\u009b)\?(?:[\d;]*;)?0*(47|1047|1049)(?:;[\d;]*)?([hl])/g;
/** A colour of the terminal's own, and not only asked for. */
const colour = /(?:\u001b\]|\u00c2\u009d)(?:4;\d+|1[0-2]);(?!\?[\u0007\u001b])./s;
/* eslint-enable no-control-regex */
/** Characters that the beginning of one of these may have. */
const longestBeginning = 32;

/** Watches the output: what was not switched on is not switched off, for it may be the user's own. */
export class ScreenState implements LeftScreen {
  /** The mode by which the alternate screen was entered. */
  private alternate: string | undefined;
  private isTouched = false;
  private isColoured = false;
  /** The end of the output so far, which may be the beginning of a sequence. */
  private tail = '';

  see(output: Buffer): void {
    const text = this.tail + output.toString('latin1');
    this.tail = text.slice(-longestBeginning);
    this.isTouched ||= sequence.test(text);
    if (!this.isTouched) return;
    this.isColoured ||= colour.test(text);
    for (const [, mode, letter] of text.matchAll(screenMode))
      this.alternate = letter === 'h' ? mode : undefined;
  }

  get resetForWords(): string {
    return this.isTouched
      ? `${st}${this.screenOff}${wordsAsTheyAre}${this.isColoured ? ownColours : ''}`
      : '';
  }

  get reset(): string {
    return this.resetForWords === '' ? modesOff : `${this.resetForWords}${modesOff}`;
  }

  private get screenOff(): string {
    return this.alternate === undefined ? '' : `\u001b[?${this.alternate}l`;
  }
}

/**
 * After a session: at once where it was killed or is to leave nothing (`safe`), else before the launcher says anything, so that
 * nothing of what that tells is hidden. A session that nothing is told of leaves the terminal as it likes.
 */
export function tidyTerminal(
  { reset, resetForWords }: LeftScreen,
  { stdout, stderr }: Pick<StandardStreams, 'stdout' | 'stderr'>,
  { killed, safe }: { killed: boolean; safe: boolean },
): void {
  if (killed) stdout.write(reset);
  else if (resetForWords === '') return;
  else if (safe) [stdout, stderr].find(isTerminal)?.write(resetForWords);
  else if (isTerminal(stderr)) beginNextWrite(stderr, resetForWords);
}

type Write = (...words: readonly unknown[]) => boolean;

/** Whoever writes to it next: a note, a question, an error, node itself. */
function beginNextWrite(stream: Writable, text: string): void {
  const write = stream.write.bind(stream) as Write;
  stream.write = (...words: readonly unknown[]) => {
    stream.write = write;
    write(text);
    return write(...words);
  };
}
