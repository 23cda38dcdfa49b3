// Ctrl-C and its like while there is no session yet: noted, so that what is under way can be undone before the end.

import os from 'node:os';
import { AiError } from '../base/errors.ts';
import { signalExitCode } from '../base/exit-codes.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export class Interruption {
  private readonly controller = new AbortController();
  private signal: (typeof signals)[number] | undefined;
  private isOver = false;
  private readonly listeners = signals.map((signal) => {
    const listener = (): void => {
      this.signal ??= signal;
      this.controller.abort();
    };
    return { signal, listener };
  });

  constructor() {
    for (const { signal, listener } of this.listeners) process.on(signal, listener);
  }

  get abortSignal(): AbortSignal {
    return this.controller.signal;
  }

  /** True once nobody is interrupted any longer, whatever has come before. */
  get over(): boolean {
    return this.isOver;
  }

  /** What the launcher exits with because of the signal that came; undefined while none has. */
  exitCode(): number | undefined {
    return this.signal && signalExitCode(os.constants.signals[this.signal]);
  }

  /**
   * Resolves when a signal that has reached the process by now has been noted. Node tells it in a later turn of its loop than what has
   * come over a socket meanwhile, and the first turn has begun already.
   */
  async heard(): Promise<void> {
    for (let turns = 0; turns < 2; turns++) await new Promise((resolve) => setImmediate(resolve));
  }

  /** @throws AiError AI_INTERRUPTED if a signal has come */
  check(): void {
    if (this.signal !== undefined) throw new AiError('AI_INTERRUPTED', { before: 'the start' });
  }

  /** Nobody is interrupted any longer. */
  stop(): void {
    this.isOver = true;
    for (const { signal, listener } of this.listeners) process.off(signal, listener);
  }

  /** The session listens itself from now on. What has come since the last check is its own, too. */
  handOver(): void {
    this.stop();
    this.signal = undefined;
  }
}
