// A line typed by the user at the terminal, as the answer to a question.

import type { Interface } from 'node:readline';
import { isPlain } from './plain.ts';

/**
 * Asks until `read` makes something of the answer.
 * @returns undefined after Ctrl-D, and after Ctrl-C once whoever listens for signals has been told
 */
export async function askLine<T>(
  question: string,
  read: (line: string) => T | undefined,
): Promise<T | undefined> {
  const { createInterface } = await import('node:readline');
  // The terminal's own line editing moves no cursor that a screen reader would have to follow.
  const readline = createInterface({
    input: process.stdin,
    output: process.stderr,
    ...(isPlain(process.stderr) && { terminal: false }),
  });
  const interrupted = passInterruptOn(readline);
  return new Promise((resolve) => {
    let answer: T | undefined;
    readline.on('close', () => {
      // Ctrl-D leaves the cursor behind the question.
      if (answer === undefined && !interrupted.aborted) process.stderr.write('\n');
      resolve(answer);
    });
    const ask = (): void => {
      readline.question(question, (line) => {
        answer = read(line.trim());
        if (answer === undefined) ask();
        else readline.close();
      });
    };
    ask();
  });
}

/**
 * Ctrl-C arrives as a key there; the launcher is to see it as the signal that it is. Of plain words it is that already: where
 * nobody listens it ends the process, as it does anywhere.
 */
function passInterruptOn(readline: Interface): AbortSignal {
  const controller = new AbortController();
  if (!readline.terminal && process.listenerCount('SIGINT') > 0) {
    const onSignal = (): void => {
      controller.abort();
      process.stderr.write('\n');
      readline.close();
    };
    process.once('SIGINT', onSignal);
    readline.on('close', () => process.off('SIGINT', onSignal));
  }
  readline.on('SIGINT', () => {
    controller.abort();
    process.stderr.write('\n');
    if (process.listenerCount('SIGINT') === 0) readline.close();
    else
      process.once('SIGINT', () => {
        readline.close();
      });
    process.kill(process.pid, 'SIGINT');
  });
  return controller.signal;
}
