// What flows between the user and the container, with backpressure both ways and nothing held in memory.

import { fstatSync, statSync } from 'node:fs';
import { devNull } from 'node:os';
import { Readable, type Duplex, type Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { systemCode } from '../base/errors.ts';
import type { OutputFilter } from '../base/output-filter.ts';
import { Demultiplexer } from './demultiplex.ts';
import type { TerminalInput, TerminalOutput } from './terminal.ts';

export interface StandardStreams {
  readonly stdin: Readable & Partial<TerminalInput>;
  readonly stdout: Writable & Partial<TerminalOutput>;
  readonly stderr: Writable;
}

export interface OutputOptions {
  tty: boolean;
  /** Sees what goes to a terminal before it is written. */
  see: ((output: Buffer) => void) | undefined;
  /** Makes what the output of each stream that is a terminal goes through. */
  filter?: (() => OutputFilter) | undefined;
  /** Nobody reads stdout or stderr any more. */
  onBroken: () => void;
}

/** Copies the container's output. Resolves when all of it is written; what nobody can read any more is dropped. */
export function copyOutput(
  attached: Duplex,
  { stdout, stderr }: StandardStreams,
  { tty, see, filter, onBroken }: OutputOptions,
): Promise<void> {
  const filters = new Map<Writable, OutputFilter>();
  for (const target of [stdout, stderr])
    if (filter && isTerminal(target)) filters.set(target, filter());
  const broken = new Set<Writable>();
  const full = new Set<Writable>();
  const write = (target: Writable, data: Buffer): void => {
    if (broken.has(target) || target.write(data) || full.has(target)) return;
    full.add(target);
    attached.pause();
    target.once('drain', () => {
      full.delete(target);
      if (full.size === 0) attached.resume();
    });
  };
  for (const target of [stdout, stderr])
    target.on('error', (error) => {
      // EPIPE: the reader has left; EIO: the terminal has.
      const isFirst = broken.size === 0;
      broken.add(target);
      full.delete(target);
      if (full.size === 0) attached.resume();
      if (isFirst && systemCode(error) === 'EPIPE') onBroken();
    });

  const pass = (target: Writable, data: Buffer): void => {
    const passed = filters.get(target)?.push(data) ?? data;
    if (passed.length === 0) return;
    if (tty || isTerminal(target)) see?.(passed);
    write(target, passed);
  };
  const demultiplexer = new Demultiplexer();
  attached.on('data', (data: Buffer) => {
    if (tty) pass(stdout, data);
    else
      demultiplexer.push(data, (channel, payload) => {
        pass(channel === 1 ? stdout : stderr, payload);
      });
  });
  return new Promise((resolve) => {
    const end = (): void => {
      for (const [target, one] of filters) write(target, one.end());
      resolve();
    };
    attached.once('end', end).once('close', end);
    attached.resume();
  });
}

export const isTerminal = (stream: Writable | Readable): boolean =>
  'isTTY' in stream && stream.isTTY === true;

/** Node opens stdin when it is first asked for, which takes its time: to know what it is, it need not be open. */
export const isStdinTerminal = (streams: StandardStreams): boolean =>
  streams === process ? isatty(0) : isTerminal(streams.stdin);

/** The user's input, opened. For the null device Node would load its streams of files and start threads to read nothing. */
export const openStdin = (streams: StandardStreams): StandardStreams['stdin'] =>
  streams === process && isNullDevice(0) ? emptyInput() : streams.stdin;

function isNullDevice(descriptor: number): boolean {
  const found = fstatSync(descriptor);
  return (
    found.isCharacterDevice() && found.rdev === statSync(devNull, { throwIfNoEntry: false })?.rdev
  );
}

const emptyInput = (): Readable =>
  new Readable({
    read() {
      this.push(null);
    },
  });

/** Copies the user's input until it ends, then tells the container so. Returns what stops it. */
export function copyInput(
  stdin: Readable,
  attached: Duplex,
  { tty, see }: { tty: boolean; see: ((input: Buffer) => void) | undefined },
): () => void {
  const onData = (data: Buffer): void => {
    see?.(data);
    if (attached.writable && !attached.write(data)) {
      stdin.pause();
      attached.once('drain', () => stdin.resume());
    }
  };
  const onEnd = (): void => {
    if (!attached.writable) return;
    // Closing a terminal's stream would end its output too; ^D says the same (ENGINE.md).
    if (tty) attached.write('\u0004');
    else attached.end();
  };
  stdin.on('data', onData).once('end', onEnd).once('error', onEnd);
  return () => {
    stdin.off('data', onData).off('end', onEnd);
    stdin.pause();
  };
}

/** Resolves when everything that was written has left the process. */
export function flush(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else {
      // Called after all that was written before; `drain` comes only where the buffer was full.
      stream.write('', () => {
        resolve();
      });
      stream.once('close', resolve);
    }
  });
}
