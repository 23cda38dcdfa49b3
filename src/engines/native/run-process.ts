// One process on the host from its start to its end: it has our terminal, our streams and our signals, and we outlive it.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import os from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { getSystemErrorMap } from 'node:util';
import { AiError, messageOf, systemCode } from '../../base/errors.ts';
import { signalExitCode } from '../../base/exit-codes.ts';
import type { OutputFilter } from '../../base/output-filter.ts';
import { isStopped } from './descendants.ts';
import { isInForeground } from './foreground.ts';
import { TimeLimit } from './time-limit.ts';

export interface NativeProcess {
  argv: readonly string[];
  directory: string;
  environment: Readonly<Record<string, string>>;
  /** False: there is nothing to read. */
  stdin: boolean;
  /** Makes what the output to each stream that is a terminal goes through; without it the streams are the process's own. */
  filter?: () => OutputFilter;
  /** Sees what has come through before it is written. */
  see?: (output: Buffer) => void;
  /** Seconds until it is ended. */
  timeout?: number;
  /** Where its output goes instead of to ours; then there is nothing to read for it. */
  streams?: { readonly stdout: Writable; readonly stderr: Writable };
}

export interface ProcessEnd {
  /** Its own, or 128 and the number of the signal that it died of. */
  code: number;
  signal: NodeJS.Signals | undefined;
  timedOut: boolean;
}

/**
 * Runs a program to its end.
 * @param onStarted called once it runs and gets our signals
 * @throws AiError AI_COMMAND_NOT_FOUND, AI_COMMAND_NOT_EXECUTABLE
 */
export async function runProcess(plan: NativeProcess, onStarted: () => void): Promise<ProcessEnd> {
  const [program = '', ...args] = plan.argv;
  let started: ChildProcess | undefined;
  // Before there is a process: it may be heard from, and we be told to end it, before we are next at work.
  const stopPassing = passSignals(() => started);
  try {
    started = start(program, args, plan);
    return await outcomeOf(started, plan, onStarted);
  } finally {
    stopPassing();
  }
}

async function outcomeOf(
  child: ChildProcess,
  plan: NativeProcess,
  onStarted: () => void,
): Promise<ProcessEnd> {
  const limit = new TimeLimit(child, plan.timeout);
  const written = Promise.all(
    pipesOf(child, plan.streams).map(([from, to]) => filterTo(from, to, plan)),
  );
  try {
    const { code, signal } = await new Promise<End>((resolve, reject) => {
      child.once('spawn', onStarted);
      child.once('error', (error) => {
        reject(refusal(plan.argv[0] ?? '', error));
      });
      child.once('exit', (code, signal) => {
        resolve({ code, signal });
      });
    });
    // What it has left running may hold the pipes open.
    await Promise.race([written, wait(timeToWrite, undefined, { ref: false })]);
    return {
      code: code ?? signalExitCode(signal ? os.constants.signals[signal] : 0),
      signal: signal ?? undefined,
      timedOut: limit.isOver,
    };
  } finally {
    limit.stop();
  }
}

/** Milliseconds that the end of the output may take after the end of the process. */
const timeToWrite = 500;

type Pipe = readonly [Readable, Writable];

const pipesOf = (
  { stdout, stderr }: ChildProcess,
  to: NonNullable<NativeProcess['streams']> = process,
): readonly Pipe[] => [
  ...(stdout ? [[stdout, to.stdout] as const] : []),
  ...(stderr ? [[stderr, to.stderr] as const] : []),
];

async function filterTo(
  from: Readable,
  to: Writable,
  { filter, see }: NativeProcess,
): Promise<void> {
  const through = filter?.();
  // The terminal may be gone.
  to.on('error', () => undefined);
  for await (const data of from as AsyncIterable<Buffer>) {
    const passed = through?.push(data) ?? data;
    see?.(passed);
    if (!to.write(passed)) await once(to, 'drain');
  }
  to.write(through?.end() ?? '');
}

interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
}

function start(
  program: string,
  args: readonly string[],
  { directory, environment, stdin, filter, streams }: NativeProcess,
): ChildProcess {
  const output = (descriptor: 1 | 2): 'pipe' | 'inherit' =>
    streams || (filter && isatty(descriptor)) ? 'pipe' : 'inherit';
  try {
    return spawn(program, args, {
      cwd: directory,
      env: environment,
      stdio: [stdin && !streams ? 'inherit' : 'ignore', output(1), output(2)],
    });
  } catch (error) {
    throw refusal(program, error);
  }
}

/** As shells tell the two apart. A script whose interpreter is missing is there, and cannot be executed. */
function refusal(program: string, error: unknown): AiError {
  const isMissing =
    systemCode(error) === 'ENOENT' && !(program.includes('/') && existsSync(program));
  return isMissing
    ? new AiError('AI_COMMAND_NOT_FOUND', { command: program })
    : new AiError('AI_COMMAND_NOT_EXECUTABLE', { command: program, cause: causeOf(error) });
}

/** The system's own words: “permission denied”. */
function causeOf(error: unknown): string {
  const number = (error as NodeJS.ErrnoException).errno;
  const words = number === undefined ? undefined : getSystemErrorMap().get(number)?.[1];
  return words ?? messageOf(error);
}

const passedOn = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
/** The terminal sends these to the child as well: passed on, they would come twice. */
const fromKeyboard = ['SIGINT', 'SIGQUIT'] as const;

function passSignals(child: () => ChildProcess | undefined): () => void {
  const listeners: [NodeJS.Signals, () => void][] = [
    ...passedOn.map((signal): [NodeJS.Signals, () => void] => [
      signal,
      () => child()?.kill(signal),
    ]),
    ...fromKeyboard.map((signal): [NodeJS.Signals, () => void] => [
      signal,
      () => {
        if (!isInForeground()) child()?.kill(signal);
      },
    ]),
    [
      'SIGCHLD',
      () => {
        stopWith(child()?.pid);
      },
    ],
  ];
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}

/**
 * An assistant that takes Ctrl-Z as a key stops itself alone, and the user's shell would go on waiting for us: so we stop
 * too, and `fg` wakes both. Where there is no job control, nobody could wake it.
 */
function stopWith(pid: number | undefined): void {
  if (pid === undefined || !isInForeground() || !isStopped(pid)) return;
  process.kill(0, 'SIGTSTP');
  // Returns when the shell continues us, with everything in our group; or at once.
  if (isStopped(pid)) process.kill(pid, 'SIGCONT');
}
