// Ctrl-C and its like while there is no session yet: noted, so that what is under way can be undone before the end.

import os from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export class Interruption {
  private readonly controller = new AbortController();
  /** The signal that came, if one did. */
  signal: (typeof signals)[number] | undefined;
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

  /** Number of the signal that came; undefined while none has. */
  get signalNumber(): number | undefined {
    return this.signal && os.constants.signals[this.signal];
  }

  /** The session listens itself from now on. */
  stop(): void {
    for (const { signal, listener } of this.listeners) process.off(signal, listener);
  }
}
