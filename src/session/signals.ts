// Signals to the launcher: those that a program may handle are passed on, those that mean "stop" stop the container.

import { grace } from '../base/grace.ts';
import type { Signalled } from './early-signals.ts';
import { shortGrace, type Ending } from './ending.ts';

const passedOn = ['SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/** How many times INT is passed on before the container is killed: somebody leans on Ctrl-C. */
const patience = 3;

/** Listens until the returned function is called. */
export function forwardSignals(container: Signalled, ending: Ending): () => void {
  const listeners: [NodeJS.Signals, () => void][] = passedOn.map((signal) => [
    signal,
    () => void container.signal(signal).catch(() => undefined),
  ]);
  let interrupts = 0;
  listeners.push(
    [
      'SIGINT',
      () => {
        interrupts++;
        ending.interrupt(interrupts > patience ? 'SIGKILL' : 'SIGINT');
      },
    ],
    [
      'SIGTERM',
      () => {
        ending.begin('SIGTERM', grace);
      },
    ],
    [
      'SIGHUP',
      () => {
        ending.begin('SIGTERM', shortGrace);
      },
    ],
  );
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}
