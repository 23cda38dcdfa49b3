// Takes out of a program's output what reaches beyond its window: clipboard, titles, device strings, files, printers.

import {
  passedString,
  passesControl,
  passesEscape,
  passesIntermediate,
  refusedCommand,
} from './terminal-rules.ts';

const escape = 0x1b;
/** Characters of one sequence. What is longer is taken out; the longest address of a link has 2083 (VTE). */
const longest = 4096;
const replacement = '\ufffd';
const nothing = Buffer.alloc(0);

/** Where in a sequence the output is, as in Paul Williams' parser of VT500 terminals (vt100.net/emu/dec_ansi_parser). */
type State = 'text' | 'escape' | 'intermediate' | 'control' | 'command' | 'string';

/**
 * One for each stream. Text passes at once and unchanged; a sequence passes, or not, when it is whole: before that no terminal
 * acts on it either. Whatever passes is complete, so that the terminal reads it as it was read here. Bytes that are no UTF-8
 * become U+FFFD: somewhere they might be controls.
 */
export class TerminalFilter {
  private state: State = 'text';
  /** What has come of the sequence, without its introducer; undefined for one that cannot pass any more. */
  private sequence: string | undefined;
  /** A command that ESC has ended, if `\` follows. */
  private ended: string | undefined;
  /** The beginning of a character of several bytes. */
  private begun: Buffer = nothing;

  /** @returns what may go on to the terminal; it may share memory with `data` */
  push(data: Buffer): Buffer {
    const bytes = this.begun.length === 0 ? data : Buffer.concat([this.begun, data]);
    this.begun = nothing;
    const pieces: Buffer[] = [];
    let kept = 0;
    let at = 0;
    while (at < bytes.length) {
      const length = characterLength(bytes, at);
      if (length === 'unfinished') break;
      const code = length === 'invalid' ? undefined : codeAt(bytes, at, length);
      const next = at + (length === 'invalid' ? 1 : length);
      if (code === undefined || this.state !== 'text' || !isText(code)) {
        const answer = this.take(code);
        if (answer !== undefined) {
          if (at > kept) pieces.push(bytes.subarray(kept, at));
          if (answer !== '') pieces.push(Buffer.from(answer));
          kept = next;
        }
      }
      at = next;
    }
    // A copy: the buffer may be used again.
    if (at < bytes.length) this.begun = Buffer.from(bytes.subarray(at));
    if (kept === 0 && at === bytes.length) return bytes;
    return Buffer.concat([...pieces, bytes.subarray(kept, at)]);
  }

  /** The end of the output. @returns what is left; a sequence that was not finished would take what comes next with it */
  end(): Buffer {
    const left = this.state === 'text' && this.begun.length > 0 ? replacement : '';
    this.begun = nothing;
    this.leave();
    return Buffer.from(left);
  }

  /** @returns what stands for the character in the output; undefined for itself */
  private take(code: number | undefined): string | undefined {
    if (code === undefined) return this.takeOther(replacement);
    if (isIntroducer(code)) {
      // A control of 8 bits is short for ESC and a letter.
      this.take(escape);
      return this.take(code - 0x40);
    }
    if (code === escape) {
      this.ended = this.state === 'command' ? this.sequence : undefined;
      this.state = 'escape';
      return '';
    }
    if (code === 0x18 || code === 0x1a) {
      const wasText = this.state === 'text';
      this.leave();
      return wasText ? undefined : '';
    }
    if (this.state === 'string') return '';
    if (this.state === 'command') return this.takeCommand(code);
    if (code === 0x05 || code === 0x7f)
      return this.state === 'text' && code === 0x7f ? undefined : '';
    // Terminals obey these in the middle of a sequence, too.
    if (code < 0x20) return undefined;
    if (code > 0x7f) return this.takeOther(undefined);
    if (this.state === 'escape') return this.takeEscape(code);
    return this.state === 'text' ? undefined : this.takeSequence(code);
  }

  /** What ends no sequence and is part of none. */
  private takeOther(itself: string | undefined): string | undefined {
    if (this.state === 'string') return '';
    if (this.state === 'command') return this.refuse();
    this.leave();
    return itself;
  }

  private takeEscape(code: number): string {
    const letter = String.fromCharCode(code);
    const { ended } = this;
    this.leave();
    if (code < 0x30) return this.enter('intermediate', letter);
    if (letter === '[') return this.enter('control');
    if (letter === ']') return this.enter('command');
    // DCS, SOS, PM, APC, and the title of screen and tmux.
    if ('PX^_k'.includes(letter)) return this.enter('string');
    if (letter !== '\\') return passesEscape(letter) ? `\u001b${letter}` : '';
    return ended === undefined ? '' : passedString(ended, '\u001b\\');
  }

  private takeSequence(code: number): string {
    const letter = String.fromCharCode(code);
    const isControl = this.state === 'control';
    if (code < (isControl ? 0x40 : 0x30)) return this.add(letter);
    const { sequence } = this;
    this.leave();
    if (sequence === undefined) return '';
    if (!isControl) return passesIntermediate(sequence, letter) ? `\u001b${sequence}${letter}` : '';
    return passesControl(sequence, letter) ? `\u001b[${sequence}${letter}` : '';
  }

  private takeCommand(code: number): string {
    if (code === 0x07) {
      const { sequence } = this;
      this.leave();
      return sequence === undefined ? '' : passedString(sequence, '\u0007');
    }
    return code >= 0x20 && code < 0x7f ? this.add(String.fromCharCode(code)) : this.refuse();
  }

  private add(letter: string): '' {
    if (this.sequence === undefined) return '';
    if (this.sequence.length >= longest) return this.refuse();
    this.sequence += letter;
    return '';
  }

  private refuse(): '' {
    this.sequence = this.state === 'command' ? refusedCommand(this.sequence) : undefined;
    return '';
  }

  private enter(state: State, sequence = ''): '' {
    this.state = state;
    this.sequence = sequence;
    return '';
  }

  private leave(): void {
    this.state = 'text';
    this.sequence = undefined;
    this.ended = undefined;
  }
}

/** Printed, or a control that every terminal knows and that stays in its window. */
const isText = (code: number): boolean =>
  code >= 0x20 ? !isIntroducer(code) : code !== escape && code !== 0x05;

/** Of the controls of 8 bits those that begin or end something: DCS, SOS, CSI, ST, OSC, PM, APC. */
const isIntroducer = (code: number): boolean =>
  code === 0x90 || code === 0x98 || (code >= 0x9b && code <= 0x9f);

/** Beyond the controls of 8 bits it does not matter which character it is. */
const anyCharacter = 0x100;

function codeAt(bytes: Buffer, at: number, length: number): number {
  const first = bytes[at] ?? 0;
  if (length === 1) return first;
  return first === 0xc2 ? (bytes[at + 1] ?? 0) : anyCharacter;
}

/** Bytes of the character there, if it is one (Unicode, table 3-7): no overlong form hides a control. */
function characterLength(bytes: Buffer, at: number): number | 'unfinished' | 'invalid' {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0) return 'invalid';
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return 'unfinished';
    const [least, most] = index === 1 ? secondByte(first) : anyFollowing;
    if (byte < least || byte > most) return 'invalid';
  }
  return length;
}

const anyFollowing = [0x80, 0xbf] as const;

function secondByte(first: number): readonly [number, number] {
  if (first === 0xe0) return [0xa0, 0xbf];
  if (first === 0xed) return [0x80, 0x9f];
  if (first === 0xf0) return [0x90, 0xbf];
  return first === 0xf4 ? [0x80, 0x8f] : anyFollowing;
}
