// A yes-or-no question to the user, where there is somebody to ask.

/** @param yes --yes was given: every question that goes through here is one that it answers */
export function makeConfirm(yes: boolean): (question: string) => Promise<boolean> {
  return async (question) => {
    if (yes) return true;
    if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
    const { createInterface } = await import('node:readline/promises');
    const readline = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const answer = await readline.question(`ai: ${question} [Y/n] `);
      return /^(y|yes|)$/i.test(answer.trim());
    } catch {
      // Ctrl-D, Ctrl-C.
      return false;
    } finally {
      readline.close();
    }
  };
}
