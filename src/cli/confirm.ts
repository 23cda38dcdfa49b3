// A yes-or-no question to the user, where there is somebody to ask.

import { passInterruptOn } from './keyboard-interrupt.ts';

/** @param yes --yes was given: every question that goes through here is one that it answers */
export function makeConfirm(yes: boolean): (question: string) => Promise<boolean> {
  return async (question) => {
    if (yes) return true;
    if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
    const { createInterface } = await import('node:readline');
    const readline = createInterface({ input: process.stdin, output: process.stderr });
    return new Promise((resolve) => {
      // Ctrl-D closes without an answer.
      readline.on('close', () => {
        resolve(false);
      });
      passInterruptOn(readline);
      readline.question(`ai: ${question} [Y/n] `, (answer) => {
        resolve(/^(y|yes|)$/i.test(answer.trim()));
        readline.close();
      });
    });
  };
}
