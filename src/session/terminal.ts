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

/**
 * Milliseconds after which the last size is told once more. Podman's monitor takes two that it reads at once for the first of
 * them twice (conmon 2.1, read_from_ctrl_buffer), and a busy one reads late.
 */
const timeToBeRead = 250;

/** The same, and the last of many calls once more when no other has come for a while. */
export function withLastAgain(work: () => void): { call: () => void; stop: () => void } {
  let again: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(again);
  };
  return {
    call: () => {
      stop();
      work();
      again = setTimeout(work, timeToBeRead).unref();
    },
    stop,
  };
}
