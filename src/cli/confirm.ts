// A yes-or-no question to the user, where there is somebody to ask.

/** @param yes --yes was given: every question that goes through here is one that it answers */
export function makeConfirm(yes: boolean): (question: string) => Promise<boolean> {
  return async (question) => {
    if (yes) return true;
    if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
    const { createInterface } = await import('node:readline');
    const readline = createInterface({ input: process.stdin, output: process.stderr });
    return new Promise((resolve) => {
      // Ctrl-D closes without an answer. Ctrl-C arrives as a key here: the launcher is to see it as what it is.
      readline.on('close', () => {
        resolve(false);
      });
      readline.on('SIGINT', () => {
        process.stderr.write('\n');
        readline.close();
        process.kill(process.pid, 'SIGINT');
      });
      readline.question(`ai: ${question} [Y/n] `, (answer) => {
        resolve(/^(y|yes|)$/i.test(answer.trim()));
        readline.close();
      });
    });
  };
}
