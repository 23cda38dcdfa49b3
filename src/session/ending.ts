// Ends a session from outside: a polite signal, a time of grace, then the one that cannot be refused.

import { clock } from '../base/clock.ts';
import type { Signalled } from './early-signals.ts';

/** Milliseconds between TERM and KILL where nobody is left to wait for: the terminal is gone, or the reader of a pipe. */
export const shortGrace = 2_000;

/** Milliseconds until a KILL that the engine did not take, or that did not end anything yet, is sent again. */
const again = 5_000;

export class Ending {
  private timer: NodeJS.Timeout | undefined;
  /** When the KILL comes, by our own clock. */
  private due = Infinity;
  /** True once an end was asked for. */
  begun = false;

  constructor(private readonly container: Signalled) {}

  begin(signal: NodeJS.Signals, milliseconds: number): void {
    this.begun = true;
    this.send(signal);
    const due = clock() + milliseconds;
    // The earlier one: who has hung up waits for nobody.
    if (due >= this.due) return;
    this.due = due;
    this.killAfter(milliseconds);
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

  private killAfter(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.send('SIGKILL');
      this.killAfter(again);
    }, milliseconds);
  }

  /** An engine that cannot be reached tells so through the watch, not here. */
  private send(signal: NodeJS.Signals): void {
    this.container.signal(signal).catch(() => undefined);
  }
}
