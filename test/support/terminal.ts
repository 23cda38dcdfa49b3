// A real terminal for tests: what the user sees, types, resizes and closes. The pty itself is terminal.py.

import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { Screen } from './screen.ts';
import { visibleText } from './visible-text.ts';

export interface TerminalOptions {
  command: readonly string[];
  cwd: string;
  /** The whole environment of the command. TERM is xterm-256color unless it says otherwise. */
  env: Readonly<Record<string, string>>;
  rows?: number;
  columns?: number;
}

/** How the command ended: one of the two is null. `signal` is its number. */
export interface TerminalExit {
  code: number | null;
  signal: number | null;
}

/** What a shell has switched on, and what programs switch off while they draw. */
export interface TerminalModes {
  echo: boolean;
  canonical: boolean;
  signals: boolean;
  postprocess: boolean;
}

type Report = { output: string } | { termios: TerminalModes } | { exit: TerminalExit };

const waitTimeout = 30_000;

export class Terminal {
  /** Everything that came out, escape sequences included. */
  text = '';
  /** Resolves when the command has ended and all that it printed is in `text`. */
  readonly exit: Promise<TerminalExit>;

  readonly #pty: ChildProcessWithoutNullStreams;
  readonly #decoder = new TextDecoder();
  readonly #watchers = new Set<() => void>();
  readonly #askedModes: ((modes: TerminalModes) => void)[] = [];
  readonly #size: { rows: number; columns: number };
  #screen: Screen | undefined;
  #seen = 0;
  #ended: TerminalExit | undefined;

  /** Opens one for the test that runs; at the end of the test it is closed as a window is, if it still is open. */
  static open(options: TerminalOptions): Terminal {
    const terminal = new Terminal(options);
    onTestFinished(() => {
      terminal.#pty.stdin.end();
    });
    return terminal;
  }

  private constructor({ command, cwd, env, rows = 24, columns = 80 }: TerminalOptions) {
    this.#size = { rows, columns };
    const request = { command, cwd, env: { TERM: 'xterm-256color', ...env }, rows, columns };
    const script = fileURLToPath(new URL('terminal.py', import.meta.url));
    this.#pty = spawn('python3', ['-u', script, JSON.stringify(request)]);
    this.#pty.stdin.on('error', () => undefined);
    this.#pty.stderr.pipe(process.stderr);
    this.exit = new Promise((resolve, reject) => {
      createInterface(this.#pty.stdout)
        .on('line', (line) => {
          this.#take(JSON.parse(line) as Report, resolve);
        })
        .once('close', () => {
          reject(new Error('the terminal was closed before its command ended'));
        });
    });
    this.exit.catch(() => undefined);
  }

  /** What came out without escape sequences, as one would read it aloud. */
  get visible(): string {
    return visibleText(this.text);
  }

  /**
   * Resolves with the match once `wanted` is visible, in what came after the previous match (as expect(1) does).
   * Rejects with the screen so far when the command ends without it, or after `timeout` milliseconds.
   */
  async waitFor(wanted: string | RegExp, { timeout = waitTimeout } = {}): Promise<string> {
    return this.#until(() => this.#next(wanted), {
      ...{ wanted, timeout },
      shown: () => this.visible,
    });
  }

  /**
   * Resolves once `wanted` stands on the screen, in whatever pieces and order it was drawn.
   * Rejects with the screen when the command ends without it, or after `timeout` milliseconds.
   */
  async waitForScreen(wanted: string, { timeout = waitTimeout } = {}): Promise<void> {
    if (this.#screen === undefined) {
      this.#screen = new Screen(this.#size);
      this.#draw(this.text);
    }
    const screen = this.#screen;
    await this.#until(() => screen.text.includes(wanted) || undefined, {
      ...{ wanted, timeout },
      shown: () => screen.text,
    });
  }

  async #until<T>(
    find: () => T | undefined,
    { wanted, timeout, shown }: { wanted: string | RegExp; timeout: number; shown: () => string },
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (end: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        end();
      };
      const giveUp = (why: string): void => {
        settle(() => {
          const text = `${why} while waiting for ${String(wanted)}; the screen so far:\n${shown()}`;
          reject(new Error(text));
        });
      };
      const look = (): void => {
        const found = find();
        if (found !== undefined)
          settle(() => {
            resolve(found);
          });
        else if (this.#ended !== undefined && this.#screen?.isDrawing !== true)
          giveUp(`ended with ${JSON.stringify(this.#ended)}`);
      };
      const timer = setTimeout(giveUp, timeout, `${timeout} ms passed`);
      this.#watchers.add(look);
      look();
    });
  }

  /** Keys, as the terminal sends them: `\r` is Enter, `\x03` Ctrl-C. */
  type(keys: string): void {
    this.#tell({ write: Buffer.from(keys).toString('base64') });
  }

  resize(rows: number, columns: number): void {
    this.#tell({ resize: [rows, columns] });
  }

  /** Sends a signal to the command itself, not to its group. */
  signal(number: number): void {
    this.#tell({ signal: number });
  }

  /** Closes the window: the kernel hangs the session up. */
  hangUp(): void {
    this.#tell({ close: true });
  }

  /** The terminal's modes now; also after the end of the command, to see what it left behind. */
  async termios(): Promise<TerminalModes> {
    return new Promise((resolve) => {
      this.#askedModes.push(resolve);
      this.#tell({ termios: true });
    });
  }

  #tell(command: object): void {
    this.#pty.stdin.write(`${JSON.stringify(command)}\n`);
  }

  #take(report: Report, resolveExit: (exit: TerminalExit) => void): void {
    if ('termios' in report) {
      this.#askedModes.shift()?.(report.termios);
      return;
    }
    if ('output' in report) {
      const output = this.#decoder.decode(Buffer.from(report.output, 'base64'), { stream: true });
      this.text += output;
      this.#draw(output);
    } else {
      this.#ended = report.exit;
      resolveExit(report.exit);
    }
    this.#look();
  }

  /** Only where somebody wants to see the screen. */
  #draw(output: string): void {
    this.#screen?.draw(output, () => {
      this.#look();
    });
  }

  #look(): void {
    for (const look of [...this.#watchers]) look();
  }

  #next(wanted: string | RegExp): string | undefined {
    const rest = this.visible.slice(this.#seen);
    const match = typeof wanted === 'string' ? wanted : wanted.exec(rest)?.[0];
    const start = match === undefined ? -1 : rest.indexOf(match);
    if (match === undefined || start < 0) return undefined;
    this.#seen += start + match.length;
    return match;
  }
}
