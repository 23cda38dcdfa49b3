// Starts a program that goes on by itself when `ai` has ended, with a log file, where no init system would do it.

import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import type { Environment } from './step-environment.ts';

const keptLines = 15;

export interface Daemon {
  title: string;
  readonly ended: boolean;
  /** What it has written into its log since this start. */
  lastLines(): string;
}

/** As `setsid --fork PROGRAM >>LOG 2>&1 </dev/null`. */
export function startDaemon(
  [program = '', ...args]: readonly string[],
  log: string,
  environment: Environment,
): Daemon {
  const file = openSync(log, 'a', 0o640);
  const before = fstatSync(file).size;
  let end: string | undefined;
  const child = spawn(program, args, {
    cwd: '/',
    detached: true,
    env: environment,
    stdio: ['ignore', file, file],
  });
  child.on('error', ({ message }) => (end = message));
  child.on('exit', (code, signal) => (end ??= `${program} ended with ${signal ?? code ?? '?'}`));
  child.unref();
  closeSync(file);
  return {
    title: `${program} (its log: ${log})`,
    get ended() {
      return end !== undefined;
    },
    lastLines: () => {
      const lines = readFileSync(log).subarray(before).toString().trimEnd().split('\n');
      return [...lines, ...(end === undefined ? [] : [end])].slice(-keptLines).join('\n');
    },
  };
}
