// Runs programs of the host: their output line by line, and an end when the user interrupts.

import type { Readable } from 'node:stream';
import { throwIfInterrupted } from '../base/interrupt.ts';
import { programAt } from './program-path.ts';

const keptLines = 20;

export interface CommandOptions {
  environment: Readonly<Record<string, string | undefined>>;
  cwd: string;
  interrupt?: AbortSignal | undefined;
  onLine?: (line: string) => void;
  /** Milliseconds that it gets for its end once interrupted; without it as long as it takes. */
  patience?: number;
}

export interface CommandEnd {
  ok: boolean;
  /** The last lines of what it printed, or why it could not be started. */
  output: string;
}

/**
 * Runs a program to its end; its failure is a result, not an error.
 * @throws AiError AI_INTERRUPTED
 */
export async function runCommand(
  [program = '', ...args]: readonly string[],
  options: CommandOptions,
): Promise<CommandEnd> {
  const { interrupt, onLine } = options;
  throwIfInterrupted(interrupt, program);
  const { execa } = await import('execa');
  const child = execa(program, args, { ...spawnOptions(options), all: true, buffer: false });
  const stop = endOnInterrupt(program, child.pid, options);
  const lines: string[] = [];
  try {
    for await (const line of child.iterable({ from: 'all' })) {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      onLine?.(line);
    }
  } catch {
    // The failure is in the result.
  }
  const { failed, shortMessage } = await child;
  stop();
  throwIfInterrupted(interrupt, program);
  return { ok: !failed, output: lines.join('\n') || (shortMessage ?? '') };
}

/** Starts a program whose stdout is wanted as it is. `end` resolves when it has gone. */
export async function streamCommand(
  [program = '', ...args]: readonly string[],
  options: CommandOptions,
): Promise<{ stdout: Readable; end: Promise<CommandEnd> }> {
  throwIfInterrupted(options.interrupt, program);
  const { execa } = await import('execa');
  const child = execa(program, args, {
    ...spawnOptions(options),
    buffer: { stdout: false, stderr: true },
  });
  const stop = endOnInterrupt(program, child.pid, options);
  const end = child.then(({ failed, stderr, shortMessage }) => {
    stop();
    return { ok: !failed, output: stderr || (shortMessage ?? '') };
  });
  return { stdout: child.stdout, end };
}

/** The environment with the directories of administrators' programs on its PATH, which users often lack. */
export function withSystemPath(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const directories = [environment['PATH'] || '/usr/local/bin:/usr/bin:/bin', '/usr/sbin', '/sbin'];
  return { ...environment, PATH: directories.join(':') };
}

/** True if such a program is on the PATH. */
export function isInstalled(
  program: string,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return programAt(program, environment['PATH']) !== undefined;
}

const spawnOptions = ({ environment, cwd }: CommandOptions) =>
  ({
    cwd,
    env: environment,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    // A process group of its own, so that everything it has started ends with it.
    detached: true,
  }) as const;

/** What root runs through sudo can only be ended by root. */
function endOnInterrupt(
  program: string,
  pid: number | undefined,
  { environment, interrupt, patience }: CommandOptions,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const signal = (name: NodeJS.Signals, group: number): void => {
    try {
      process.kill(-group, name);
    } catch {
      // It has gone already.
    }
  };
  const end = (): void => {
    if (pid === undefined) return;
    if (program === 'sudo') {
      void import('execa').then(({ execa }) =>
        execa('sudo', ['-n', 'kill', '-TERM', '--', `-${pid}`], {
          ...{ reject: false, stdio: 'ignore', env: environment, extendEnv: false },
        }),
      );
      return;
    }
    signal('SIGTERM', pid);
    if (patience !== undefined) timer = setTimeout(signal, patience, 'SIGKILL', pid);
  };
  interrupt?.addEventListener('abort', end, { once: true });
  return () => {
    clearTimeout(timer);
    interrupt?.removeEventListener('abort', end);
  };
}
