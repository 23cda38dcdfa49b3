// One command of the user's for what it prints, with the user's terminal, within limits, and gone with all that it has started.

import { spawn, type ChildProcess } from 'node:child_process';
import { messageOf } from '../base/errors.ts';
import { largestSecret } from '../base/secret-patterns.ts';
import { descendantsOf, signalProcess, type ProcessEntry } from '../engines/native/descendants.ts';

/** Milliseconds: long enough to find a key and touch it. */
const timeLimit = 60_000;
/** Milliseconds between TERM and KILL. */
const grace = 2000;
/** Milliseconds that a command has which got Ctrl-C itself. */
const atTerminal = 500;
/** Milliseconds after its end for what it has left running to let go of stdout. */
const lettingGo = 1000;

export interface ValueOptions {
  environment: Readonly<Partial<Record<string, string>>>;
  directory: string;
  /** There is one: the command may ask there. */
  terminal: boolean;
  interrupt: AbortSignal;
  /** Milliseconds; a minute unless it is said. */
  timeLimit?: number;
}

/** Why there is no value: its exit code, its signal, or what was wrong with what it printed. Never what it printed. */
export interface NoValue {
  failure: 'exit' | 'signal' | 'start' | 'time' | 'empty' | 'long' | 'text';
  detail?: string;
}

/** @returns stdout without its last line end; stderr goes where ours goes */
export async function runForValue(
  command: string,
  options: ValueOptions,
): Promise<{ value: string } | NoValue> {
  const { directory, environment, terminal, interrupt } = options;
  if (interrupt.aborted) return { failure: 'signal' };
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: directory,
    env: environment,
    stdio: [terminal ? 'inherit' : 'ignore', 'pipe', 'inherit'],
  });
  const ending = new Ending(child);
  let why: NoValue['failure'] | undefined;
  const end = (failure: NoValue['failure']): void => {
    why ??= failure;
    ending.begin();
  };
  let patience: NodeJS.Timeout | undefined;
  const onInterrupt = (): void => {
    // At a terminal Ctrl-C has reached it as well, and it may have to give the terminal its modes back.
    patience = setTimeout(end, terminal ? atTerminal : 0, 'signal');
  };
  const timer = setTimeout(end, options.timeLimit ?? timeLimit, 'time');
  interrupt.addEventListener('abort', onInterrupt, { once: true });
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > largestSecret) end('long');
    else chunks.push(chunk);
  });
  try {
    const { code, signal } = await endOf(child);
    if (why !== undefined) return { failure: why };
    if (signal !== null) return { failure: 'signal', detail: signal };
    if (code !== 0) return { failure: 'exit', detail: String(code) };
    return valueOf(Buffer.concat(chunks));
  } catch (error) {
    return { failure: 'start', detail: messageOf(error) };
  } finally {
    clearTimeout(timer);
    clearTimeout(patience);
    interrupt.removeEventListener('abort', onInterrupt);
    ending.finish();
  }
}

function valueOf(bytes: Buffer): { value: string } | NoValue {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value = text.replace(/\r?\n$/, '');
    if (value.trim() === '') return { failure: 'empty' };
    return value.includes('\0') ? { failure: 'text' } : { value };
  } catch {
    return { failure: 'text' };
  }
}

const endOf = (
  child: ChildProcess,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> =>
  new Promise((resolve, reject) => {
    let patience: NodeJS.Timeout | undefined;
    child.once('error', reject);
    // An agent that it has started, say. What it had to say itself is said by then.
    child.once('exit', () => {
      patience = setTimeout(() => child.stdout?.destroy(), lettingGo);
    });
    child.once('close', (code, signal) => {
      clearTimeout(patience);
      resolve({ code, signal });
    });
  });

/** It is in our own process group, so that it may use the terminal: what it has started is found by its parents. */
class Ending {
  private others: readonly ProcessEntry[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly child: ChildProcess) {}

  begin(): void {
    if (this.timer !== undefined) return;
    this.hold();
    this.send('SIGTERM');
    this.send('SIGCONT');
    this.timer = setTimeout(() => {
      this.hold();
      this.send('SIGKILL');
      // Held open by something that has got away.
      this.child.stdout?.destroy();
    }, grace);
  }

  finish(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    for (const other of this.others) signalProcess(other, 'SIGKILL');
  }

  /** Stopped, none of them starts another while they are listed. */
  private hold(): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    this.child.kill('SIGSTOP');
    for (let fresh = this.notYetKnown(pid); fresh.length > 0; fresh = this.notYetKnown(pid)) {
      for (const one of fresh) signalProcess(one, 'SIGSTOP');
      this.others = [...this.others, ...fresh];
    }
  }

  private notYetKnown(pid: number): readonly ProcessEntry[] {
    const known = new Set(this.others.map((other) => other.pid));
    return descendantsOf(pid).filter((one) => !known.has(one.pid));
  }

  private send(signal: NodeJS.Signals): void {
    this.child.kill(signal);
    for (const other of this.others) signalProcess(other, signal);
  }
}
