// Ctrl-C at a question: it arrives as a key there, and the launcher is to see it as what it is.

import type { Interface } from 'node:readline';

/** Makes a signal of it. The question ends unanswered only when whoever listens for signals has been told. */
export function passInterruptOn(readline: Interface): void {
  readline.on('SIGINT', () => {
    process.stderr.write('\n');
    if (process.listenerCount('SIGINT') === 0) readline.close();
    else
      process.once('SIGINT', () => {
        readline.close();
      });
    process.kill(process.pid, 'SIGINT');
  });
}
