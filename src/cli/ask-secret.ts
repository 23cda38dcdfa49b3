// A secret typed or pasted at the terminal without being shown, or piped in.

import { text } from 'node:stream/consumers';
import { AiError } from '../base/errors.ts';

/**
 * What is pasted may have several lines where the terminal says what is pasted (bracketed paste, xterm's mode 2004).
 * @param next what to do with a secret of several lines where it does not
 * @returns undefined where nothing was given
 * @throws AiError AI_INTERRUPTED, AI_USAGE for several lines
 */
export async function askSecret(question: string, next: string): Promise<string | undefined> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) return (await text(stdin)).trim() || undefined;
  const modes = stderr.isTTY && process.env['TERM'] !== 'dumb';
  // First, so that nothing is shown of what somebody quick types at the sight of the question.
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stderr.write(`${modes ? '\u001b[?2004h' : ''}${question}`);
  try {
    const { secret, more } = await typed(stdin);
    if (more)
      throw new AiError('AI_USAGE', { problem: 'a secret of several lines is not kept', next });
    // A terminal sends the end of a pasted line as the key that ends one.
    return secret.replaceAll(/\r\n?/g, '\n').trim() || undefined;
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write(`${modes ? '\u001b[?2004l' : ''}\n`);
  }
}

const ends = new Set(['\r', '\n', '\u0004']);
const interrupt = '\u0003';
const backspaces = new Set(['\u007f', '\b']);
const pasteBegins = '\u001b[200~';
const pasteEnds = '\u001b[201~';
/** Milliseconds without a sign, after which what was pasted is over: the rest of it is not for the shell. */
const quiet = 50;

/** What has been typed so far, and what of it is still to be understood. */
class Typed {
  secret = '';
  isOver = false;
  /** There is something behind the end. */
  more = false;
  private pasting = false;
  private rest = '';

  take(data: string): void {
    this.rest += data;
    while (this.rest !== '') {
      const mark = [pasteBegins, pasteEnds].find((one) => this.rest.startsWith(one));
      if (mark !== undefined) {
        this.pasting = mark === pasteBegins;
        this.rest = this.rest.slice(mark.length);
        continue;
      }
      // Half of a mark.
      if ([pasteBegins, pasteEnds].some((one) => one.startsWith(this.rest))) return;
      const [character = ''] = this.rest;
      this.rest = this.rest.slice(character.length);
      this.see(character);
    }
  }

  /** @throws AiError AI_INTERRUPTED */
  private see(character: string): void {
    if (this.isOver) this.more ||= character.trim() !== '' && !ends.has(character);
    else if (this.pasting) this.secret += character;
    else if (character === interrupt)
      throw new AiError('AI_INTERRUPTED', { before: 'a value was given' });
    else if (ends.has(character)) this.isOver = true;
    else if (backspaces.has(character)) this.secret = this.secret.slice(0, -1);
    else this.secret += character;
  }
}

function typed(stdin: NodeJS.ReadStream): Promise<{ secret: string; more: boolean }> {
  return new Promise((resolve, reject) => {
    const so = new Typed();
    let patience: NodeJS.Timeout | undefined;
    const end = (settle: () => void): void => {
      clearTimeout(patience);
      stdin.off('data', onData);
      settle();
    };
    const onData = (data: string): void => {
      try {
        so.take(data);
      } catch (error) {
        end(() => {
          reject(error instanceof Error ? error : new Error(String(error)));
        });
        return;
      }
      if (!so.isOver) return;
      clearTimeout(patience);
      patience = setTimeout(end, quiet, () => {
        resolve({ secret: so.secret, more: so.more });
      });
    };
    stdin.on('data', onData).resume();
  });
}
