// The user's terminal in raw mode, and back to what it was whatever happens.

import { spawnSync } from 'node:child_process';
import { systemPath } from '../host/program-path.ts';

/** What a terminal's streams have beyond those of a pipe (node:tty). */
export interface TerminalInput {
  readonly fd: number;
  setRawMode(mode: boolean): unknown;
}
export interface TerminalOutput {
  readonly rows: number;
  readonly columns: number;
}

export class RawMode {
  private active = false;
  private readonly leaveAtExit = (): void => {
    this.leave();
  };

  constructor(private readonly input: Partial<TerminalInput>) {}

  enter(): void {
    if (this.active) return;
    this.active = true;
    this.input.setRawMode?.(true);
    if (this.input.fd !== undefined) stopOutputProcessing(this.input.fd);
    process.on('exit', this.leaveAtExit);
  }

  /** Back to the mode before. The terminal may be gone by now (hang-up); then there is nothing to restore. */
  leave(): void {
    if (!this.active) return;
    this.active = false;
    process.off('exit', this.leaveAtExit);
    try {
      this.input.setRawMode?.(false);
    } catch {
      // Hung up.
    }
  }
}

/**
 * Node's raw mode still makes CR LF of each LF (libuv, uv_tty_set_mode): the container's own terminal has done so where its
 * program wants it, and one that draws moves straight down with LF. Leaving raw mode restores it. Takes 3 ms.
 */
function stopOutputProcessing(terminal: number): void {
  spawnSync('stty', ['-opost'], {
    stdio: [terminal, 'ignore', 'ignore'],
    env: { PATH: systemPath },
  });
}

/** What a program that was killed left switched on: mouse, focus, bracketed paste, extended keys, hidden cursor, colours. */
const modesOff =
  '\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l\u001b[?1004l\u001b[?2004l\u001b[<u\u001b[?25h\u001b[0m';
/** For whoever has not seen the output: this leaves the alternate screen without moving the cursor of an ordinary one (xterm, 47). */
export const resetTerminal = `\u001b[?47l${modesOff}`;
const alternateScreenOn = '\u001b[?1049h';
const alternateScreenOff = '\u001b[?1049l';

/** Watches the output for the alternate screen: leaving it uninvited would move the cursor of an ordinary screen. */
export class ScreenState {
  private alternate = false;
  /** The end of the output so far, which may be the beginning of a sequence. */
  private tail = '';

  see(output: Buffer): void {
    const text = this.tail + output.toString('latin1');
    const on = text.lastIndexOf(alternateScreenOn);
    const off = text.lastIndexOf(alternateScreenOff);
    if (on !== off) this.alternate = on > off;
    this.tail = text.slice(1 - alternateScreenOn.length);
  }

  /** What to print after an end that the program could not tidy up after. */
  get reset(): string {
    return (this.alternate ? alternateScreenOff : '') + modesOff;
  }
}

/** Size to tell the container, or undefined while the terminal does not know its own. */
export function sizeOf(
  output: Partial<TerminalOutput>,
): { rows: number; columns: number } | undefined {
  const { rows = 0, columns = 0 } = output;
  return rows > 0 && columns > 0 ? { rows, columns } : undefined;
}

/**
 * Calls that come while one is at work become one more after it. Two resizes under way at once may arrive in either order,
 * and the program would keep the older size.
 */
export function oneAtATime(work: () => Promise<void>): () => void {
  let running = false;
  let wanted = false;
  return function call() {
    wanted = running;
    if (running) return;
    running = true;
    void work()
      .catch(() => undefined)
      .then(() => {
        running = false;
        if (wanted) call();
      });
  };
}
