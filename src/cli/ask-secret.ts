// A secret typed at the terminal without being shown, or piped in.

import { text } from 'node:stream/consumers';

/** @returns undefined where nothing was given. */
export async function askSecret(question: string): Promise<string | undefined> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) return (await text(stdin)).trim() || undefined;
  // First, so that nothing is shown of what somebody quick types at the sight of the question.
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stderr.write(question);
  try {
    return await typed(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

const ends = new Set(['\r', '\n', '\u0004']);
const interrupt = '\u0003';
const backspaces = new Set(['\u007f', '\b']);

function typed(stdin: NodeJS.ReadStream): Promise<string | undefined> {
  return new Promise((resolve) => {
    let secret = '';
    const end = (result: string | undefined): void => {
      stdin.off('data', onData);
      resolve(result);
    };
    const onData = (data: string): void => {
      for (const character of data) {
        if (ends.has(character) || character === interrupt) {
          end(character === interrupt ? undefined : secret.trim() || undefined);
          return;
        }
        secret = backspaces.has(character) ? secret.slice(0, -1) : secret + character;
      }
    };
    stdin.on('data', onData).resume();
  });
}
