// A terminal of its own for a program on the host, so that what it writes to it comes past us: made by script(1).

import { spawnSync } from 'node:child_process';
import { quoteForSh } from '../../base/quote.ts';
import { findProgram } from './find-program.ts';

export interface Wrapped {
  argv: readonly string[];
  environment: Readonly<Record<string, string>>;
}

/** `script`, where it is one that knows our options: on Linux util-linux's, for busybox's tells no code of the end. */
export function findScript(
  environment: Readonly<Partial<Record<string, string>>>,
  platform: string,
): string | undefined {
  const script = findProgram('script', { environment, ourselves: [] });
  if (script === undefined || platform !== 'linux') return script;
  const { stdout } = spawnSync(script, ['--version'], {
    ...{ encoding: 'utf8', env: environment, timeout: 2000 },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // Null where it could not be started.
  return (stdout as string | null)?.includes('util-linux') ? script : undefined;
}

/**
 * The same program, started by `script`, which takes over our terminal's size, modes and keys and writes to its stdout. It ends with the
 * program's code. On Linux (util-linux) it takes a line for the user's shell: ours is for sh, and gives the program the user's own back.
 */
export function inOwnTerminal(
  script: string,
  { argv, environment }: Wrapped,
  platform: string,
): Wrapped {
  // BSD's, which macOS has.
  if (platform !== 'linux') return { argv: [script, '-q', '/dev/null', ...argv], environment };
  const { SHELL } = environment;
  const shell = SHELL === undefined ? 'unset SHELL;' : `SHELL=${quoteForSh(SHELL)}`;
  const line = `${shell} exec ${argv.map(quoteForSh).join(' ')}`;
  return {
    argv: [script, '-q', '-e', '-f', '-c', line, '/dev/null'],
    environment: { ...environment, SHELL: '/bin/sh' },
  };
}
