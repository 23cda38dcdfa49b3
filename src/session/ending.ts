// Ends a session from outside: a polite signal, a time of grace, then the one that cannot be refused.

import type { Container } from '../engines/engine.ts';

/** Milliseconds between TERM and KILL, as `docker stop` has them. */
export const grace = 10_000;
/** The same where nobody is left to wait for: the terminal is gone, or the reader of a pipe. */
export const shortGrace = 2_000;

export class Ending {
  private timer: NodeJS.Timeout | undefined;
  /** True once an end was asked for. */
  begun = false;

  constructor(private readonly container: Container) {}

  begin(signal: NodeJS.Signals, milliseconds: number): void {
    this.begun = true;
    this.send(signal);
    this.timer ??= setTimeout(() => {
      this.send('SIGKILL');
    }, milliseconds);
  }

  /** Passes an interrupt on, which the program inside may well survive. */
  interrupt(signal: 'SIGINT' | 'SIGKILL'): void {
    this.begun ||= signal === 'SIGKILL';
    this.send(signal);
  }

  /** The container has ended. */
  over(): void {
    clearTimeout(this.timer);
  }

  /** An engine that cannot be reached tells so through the watch, not here. */
  private send(signal: NodeJS.Signals): void {
    this.container.signal(signal).catch(() => undefined);
  }
}
