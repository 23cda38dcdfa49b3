// What a program prints when it is asked something. execFile would open two pipes more, for what nobody reads or says.

import { spawn } from 'node:child_process';

export interface AskOptions {
  /** This process's own without it. */
  cwd?: string;
  env: NodeJS.ProcessEnv;
  /** Milliseconds that it has. */
  timeout: number;
  /** Bytes that it may answer. */
  maxBuffer: number;
}

export interface Answer {
  /** What it printed on stdout; empty where it has failed. */
  text: string;
  /** Its exit code; undefined where it did not run to its end. */
  code: number | undefined;
}

/** Asks without input: what the program starts must not take what is typed for it. Whatever goes wrong is an answer too. */
export function answerOf(
  program: string,
  words: readonly string[],
  { cwd, env, timeout, maxBuffer }: AskOptions,
): Promise<Answer> {
  return new Promise<Answer>((resolve) => {
    const child = spawn(program, words, { cwd, env, stdio: ['ignore', 'pipe', 'ignore'] });
    const pieces: Buffer[] = [];
    let length = 0;
    const kill = (): void => {
      child.kill();
      // What it may have started keeps it open.
      child.stdout.destroy();
    };
    const timer = setTimeout(kill, timeout);
    child.stdout.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length <= maxBuffer) pieces.push(piece);
      else kill();
    });
    const settle = (code: number | undefined): void => {
      clearTimeout(timer);
      resolve({ text: code === 0 ? Buffer.concat(pieces).toString() : '', code });
    };
    child.once('error', () => {
      settle(undefined);
    });
    child.once('close', (code) => {
      const isWhole = !child.killed && length <= maxBuffer;
      settle(isWhole ? (code ?? undefined) : undefined);
    });
    // Words or an environment that are too large for the system are said at once.
  }).catch(() => ({ text: '', code: undefined }));
}
