// What a session is made of: frames taken apart, streams with backpressure, the screen's state, endings.

import { EventEmitter, once } from 'node:events';
import { Duplex, PassThrough, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Container } from '../../../src/engines/engine.ts';
import { Demultiplexer } from '../../../src/session/demultiplex.ts';
import { EarlySignals } from '../../../src/session/early-signals.ts';
import { Ending } from '../../../src/session/ending.ts';
import { Interruption } from '../../../src/session/interruption.ts';
import { forwardSignals } from '../../../src/session/signals.ts';
import { copyInput, copyOutput, flush } from '../../../src/session/streams.ts';
import { ScreenState, tidyTerminal } from '../../../src/session/screen-state.ts';
import { oneAtATime, RawMode, sizeOf, withLastAgain } from '../../../src/session/terminal.ts';

function frame(channel: number, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = channel;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

describe('frames', () => {
  const stream = Buffer.concat([
    ...[frame(1, 'out'), frame(2, ''), frame(2, 'err é'), frame(1, ''), frame(1, 'x'.repeat(70))],
  ]);
  const expected = { 1: `out${'x'.repeat(70)}`, 2: 'err é' };

  function take(pieces: readonly Buffer[]): Record<1 | 2, string> {
    const got: Record<1 | 2, Buffer[]> = { 1: [], 2: [] };
    const demultiplexer = new Demultiplexer();
    // The pieces are overwritten after use, as a socket's buffer may be: nothing but the header may be kept.
    for (const piece of pieces)
      demultiplexer.push(piece, (channel, part) => got[channel].push(Buffer.from(part)));
    return { 1: Buffer.concat(got[1]).toString(), 2: Buffer.concat(got[2]).toString() };
  }

  it('come out whole wherever they are cut', () => {
    for (let at = 0; at <= stream.length; at++)
      expect(take([stream.subarray(0, at), stream.subarray(at)])).toEqual(expected);
  });

  it('come out whole byte by byte', () => {
    expect(take(Array.from(stream, (byte) => Buffer.from([byte])))).toEqual(expected);
  });

  it('of an unknown channel are output', () => {
    expect(take([frame(0, 'a'), frame(3, 'b')])).toEqual({ 1: 'ab', 2: '' });
  });
});

/** Takes one write at a time, and the next only when told. */
class Slow extends Writable {
  written = '';
  private waiting: (() => void) | undefined;
  constructor() {
    super({ highWaterMark: 4 });
  }
  override _write(data: Buffer, _encoding: string, done: () => void): void {
    this.written += data.toString();
    this.waiting = done;
  }
  release(): void {
    const done = this.waiting;
    this.waiting = undefined;
    done?.();
  }
}

const attachedStream = (): PassThrough & { isPaused: () => boolean } => new PassThrough();
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('output', () => {
  const options = { tty: true, see: undefined, onBroken: () => undefined };
  const io = (
    stdout: Writable,
    stderr: Writable = new Slow(),
  ): { stdin: PassThrough; stdout: Writable; stderr: Writable } => ({
    stdin: new PassThrough(),
    stdout,
    stderr,
  });

  it('waits for a slow reader, and comes whole', async () => {
    const attached = attachedStream();
    const slow = new Slow();
    const over = copyOutput(attached, io(slow), options);
    attached.write('12345');
    await nextTurn();
    expect(attached.isPaused()).toBe(true);
    attached.end('6789');
    await nextTurn();
    expect(slow.written).toBe('12345');
    slow.release();
    await over;
    slow.release();
    await flush(slow);
    expect(slow.written).toBe('123456789');
  });

  it('waits once for many frames, and until both readers are ready', async () => {
    const warned = vi.fn();
    process.on('warning', warned);
    const attached = attachedStream();
    const [stdout, stderr] = [new Slow(), new Slow()];
    void copyOutput(attached, io(stdout, stderr), { ...options, tty: false });
    attached.write(
      Buffer.concat([...Array<Buffer>(20).fill(frame(1, 'out..')), frame(2, 'err..')]),
    );
    await nextTurn();
    expect(attached.isPaused()).toBe(true);
    expect(stdout.listenerCount('drain')).toBe(1);
    while (stdout.writableLength > 0) {
      stdout.release();
      await nextTurn();
    }
    expect(stdout.written).toBe('out..'.repeat(20));
    expect(attached.isPaused()).toBe(true);
    stderr.release();
    await nextTurn();
    expect(attached.isPaused()).toBe(false);
    process.off('warning', warned);
    expect(warned).not.toHaveBeenCalled();
  });

  it('goes to stdout and stderr as its frames say', async () => {
    const attached = attachedStream();
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const over = copyOutput(attached, io(stdout, stderr), { ...options, tty: false });
    attached.end(Buffer.concat([frame(1, 'a'), frame(2, 'b'), frame(1, 'c')]));
    await over;
    expect([String(stdout.read()), String(stderr.read())]).toEqual(['ac', 'b']);
  });

  it.each([
    ['EPIPE', 1],
    ['EIO', 0],
  ])('goes on without a reader after %s', async (code, times) => {
    const attached = attachedStream();
    const onBroken = vi.fn();
    const failing = new Writable({
      highWaterMark: 1,
      write: (_data, _encoding, done) => {
        setImmediate(done, Object.assign(new Error(code), { code }));
      },
    });
    const stderr = new PassThrough();
    const over = copyOutput(attached, io(failing, stderr), {
      tty: false,
      see: undefined,
      onBroken,
    });
    attached.write(frame(1, 'nobody reads this'));
    await new Promise((resolve) => failing.once('close', resolve));
    attached.end(Buffer.concat([frame(1, 'nor this'), frame(2, 'but this')]));
    await over;
    expect(onBroken).toHaveBeenCalledTimes(times);
    expect(String(stderr.read())).toBe('but this');
    await flush(failing);
  });

  it('is seen before it is written', async () => {
    const attached = attachedStream();
    const stdout = new PassThrough();
    const seen: string[] = [];
    const over = copyOutput(attached, io(stdout), {
      ...options,
      see: (data) => seen.push(`${data.toString()} ${stdout.readableLength}`),
    });
    attached.end('abc');
    await over;
    expect(seen).toEqual(['abc 0']);
  });

  it('is over when the stream breaks off', async () => {
    const attached = attachedStream();
    const over = copyOutput(attached, io(new PassThrough()), options);
    attached.destroy();
    await over;
  });

  it('is flushed even where the buffer was never full', async () => {
    const slow = new Slow();
    slow.write('a');
    slow.write('b');
    let flushed = false;
    const flushing = flush(slow).then(() => (flushed = true));
    await nextTurn();
    expect(flushed).toBe(false);
    for (let turns = 0; turns < 3; turns++) {
      slow.release();
      await nextTurn();
    }
    await flushing;
    expect(slow.written).toBe('ab');
  });
});

describe('input', () => {
  /** A duplex whose written side can be read. */
  function pair(): { attached: Duplex; received: PassThrough } {
    const received = new PassThrough({ highWaterMark: 4 });
    return { attached: Duplex.from({ writable: received, readable: new PassThrough() }), received };
  }

  it('reaches the container whole, then its end', async () => {
    const stdin = new PassThrough();
    const { attached, received } = pair();
    copyInput(stdin, attached, { tty: false, see: undefined });
    stdin.end('hello\n'.repeat(1000));
    let got = '';
    for await (const piece of received) got += String(piece);
    expect(got).toBe('hello\n'.repeat(1000));
  });

  it('of a terminal ends with ^D, and the stream stays open', async () => {
    const stdin = new PassThrough();
    const { attached, received } = pair();
    copyInput(stdin, attached, { tty: true, see: undefined });
    stdin.end('x');
    await once(stdin, 'end');
    await nextTurn();
    expect(String(received.read())).toBe('x\u0004');
    expect(attached.writable).toBe(true);
  });

  it('is left alone once it is stopped', async () => {
    const stdin = new PassThrough();
    const { attached, received } = pair();
    const stop = copyInput(stdin, attached, { tty: false, see: undefined });
    stop();
    stdin.write('later');
    await nextTurn();
    expect(stdin.isPaused()).toBe(true);
    expect(received.read()).toBeNull();
    expect(stdin.readableLength).toBe(5);
  });
});

describe('the screen', () => {
  const on = '\u001b[?1049h';
  const off = '\u001b[?1049l';
  const stateAfter = (...outputs: string[]): ScreenState => {
    const screen = new ScreenState();
    for (const output of outputs) screen.see(Buffer.from(output));
    return screen;
  };
  const reset = (...outputs: string[]): boolean => {
    const screen = stateAfter(...outputs);
    expect(screen.reset).toContain('\u001b[?25h');
    return screen.reset.startsWith(`\u001b\\${off}`);
  };

  it.each<[string, string[], boolean]>([
    ['nothing', [], false],
    ['ordinary output', ['abc'], false],
    ['one that was switched on', [`a${on}b`], true],
    ['one that was switched off again', [`${on}a`, `b${off}`], false],
    ['on, off, on in one piece', [on + off + on], true],
    ['on and off in one piece', [on + off], false],
  ])('of %s', (_what, outputs, alternate) => {
    expect(reset(...outputs)).toBe(alternate);
  });

  it('is known wherever a sequence is cut', () => {
    for (let at = 0; at <= on.length; at++) {
      expect(reset(`é${on.slice(0, at)}`, `${on.slice(at)}x`)).toBe(true);
      expect(reset(on, off.slice(0, at), off.slice(at))).toBe(false);
    }
    expect(reset(...Array.from(`x${on}${off}${on}y`))).toBe(true);
  });

  it.each([
    ['\u001b[?47h', '\u001b[?47l'],
    ['\u001b[?1047h', '\u001b[?1047l'],
    ['\u001b[?25;01049h', off],
    ['\u009b?1049h', off],
  ])('entered by %j is left by %j', (entered, left) => {
    expect(stateAfter(entered).resetForWords).toContain(left);
    expect(stateAfter(entered, left).resetForWords).not.toContain(left);
  });

  it.each(['plain é 🙂\r\n\t\u0007', ''])('after mere text is as it was: %j', (text) => {
    expect(stateAfter(text).resetForWords).toBe('');
  });

  it.each([
    ['hidden text', '\u001b[8m', '\u001b[0m'],
    ['another set of characters', '\u001b(0', '\u001b(B'],
    ['the other set', '\u000e', '\u000f'],
    ['an open link', '\u001b]8;;https://a\u0007', '\u001b]8;;\u001b\\'],
    ['a string without end', '\u001b]2;x', '\u001b\\'],
    ['a control of 8 bits', '\u009b8m', '\u001b[0m'],
    ['output held back', '\u001b[?2026h', '\u001b[?2026l'],
    ['lines that do not wrap', '\u001b[?7l', '\u001b[?7h'],
    ['margins', '\u001b[1;2r', '\u001b[r'],
  ])('leaves no %s in the way of words', (_, output, wanted) => {
    expect(stateAfter(output).resetForWords).toContain(wanted);
  });

  it.each([
    ['a palette', ['\u001b]4;0;#fff\u0007'], true],
    ['a colour', ['\u001b]11;', '#fff\u001b\\'], true],
    ['one behind a question', ['\u001b]10;?;#fff\u001b\\'], true],
    ['a question', ['\u001b]11;?\u0007', '\u001b]4;1;?\u001b\\'], false],
    ['a title', ['\u001b]0;4;1;x\u0007'], false],
  ])('gives the terminal its colours back only after %s', (_, outputs, expected) => {
    expect(stateAfter(...outputs).resetForWords.includes('\u001b]111\u001b\\')).toBe(expected);
  });

  it('is left in raw mode no longer than it was entered', () => {
    const modes: boolean[] = [];
    const raw = new RawMode({ setRawMode: (mode: boolean) => modes.push(mode) });
    const listeners = process.listenerCount('exit');
    raw.leave();
    raw.enter();
    raw.enter();
    expect(process.listenerCount('exit')).toBe(listeners + 1);
    raw.leave();
    raw.leave();
    expect(modes).toEqual([true, false]);
    expect(process.listenerCount('exit')).toBe(listeners);
  });

  it('that has hung up is no failure', () => {
    const setRawMode = (mode: boolean): void => {
      if (!mode) throw new Error('EIO');
    };
    const raw = new RawMode({ setRawMode });
    raw.enter();
    expect(() => {
      raw.leave();
    }).not.toThrow();
  });

  it.each([
    [
      { rows: 24, columns: 80 },
      { rows: 24, columns: 80 },
    ],
    [{ rows: 0, columns: 0 }, undefined],
    [{}, undefined],
  ])('of size %j tells %j', (stream, size) => {
    expect(sizeOf(stream as never)).toEqual(size);
  });
});

describe('the end of a session at a terminal', () => {
  const left = { reset: '<reset>', resetForWords: '<words>' };
  class Screen extends PassThrough {
    isTTY = true;
    get text(): string {
      return String(this.read() ?? '');
    }
  }
  const streams = (): { stdout: Screen; stderr: Screen } => ({
    ...{ stdout: new Screen(), stderr: new Screen() },
  });

  it('is tidied up at once where the program was killed, or is to leave nothing', () => {
    const killed = streams();
    tidyTerminal(left, killed, { killed: true, safe: false });
    const safe = streams();
    tidyTerminal(left, safe, { killed: false, safe: true });
    expect([killed.stdout.text, safe.stdout.text]).toEqual(['<reset>', '<words>']);
    safe.stderr.write('ai: x');
    expect(safe.stderr.text).toBe('ai: x');
  });

  it('is otherwise tidied up once, before the next words', () => {
    const { stdout, stderr } = streams();
    tidyTerminal(left, { stdout, stderr }, { killed: false, safe: false });
    expect([stdout.text, stderr.text]).toEqual(['', '']);
    stderr.write('ai: one\n');
    stderr.write('ai: two\n');
    expect(stderr.text).toBe('<words>ai: one\nai: two\n');
  });

  it('is left alone where no terminal was touched', () => {
    const { stdout, stderr } = streams();
    tidyTerminal({ ...left, resetForWords: '' }, { stdout, stderr }, { killed: false, safe: true });
    const pipe = new PassThrough();
    tidyTerminal(left, { stdout, stderr: pipe }, { killed: false, safe: false });
    pipe.write('ai: x');
    expect([stdout.text, stderr.text, String(pipe.read())]).toEqual(['', '', 'ai: x']);
  });
});

describe('endings', () => {
  let sent: string[];
  let container: Container;
  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    container = {
      signal: (name: string) => {
        sent.push(name);
        return Promise.reject(new Error('the engine is gone'));
      },
    } as unknown as Container;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are polite first, then not', () => {
    const ending = new Ending(container);
    expect(ending.begun).toBe(false);
    ending.begin('SIGTERM', 10_000);
    expect(ending.begun).toBe(true);
    vi.advanceTimersByTime(9_999);
    expect(sent).toEqual(['SIGTERM']);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual(['SIGTERM', 'SIGKILL']);
  });

  it('kill once, however often they are begun', () => {
    const ending = new Ending(container);
    ending.begin('SIGTERM', 1000);
    ending.begin('SIGTERM', 1000);
    vi.advanceTimersByTime(5000);
    expect(sent).toEqual(['SIGTERM', 'SIGTERM', 'SIGKILL']);
  });

  it('kill at the earlier of two times: who hangs up after a time-out waits no longer than any who hangs up', () => {
    const ending = new Ending(container);
    ending.begin('SIGTERM', 10_000);
    vi.advanceTimersByTime(1000);
    ending.begin('SIGHUP', 2000);
    vi.advanceTimersByTime(1999);
    expect(sent).toEqual(['SIGTERM', 'SIGHUP']);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual(['SIGTERM', 'SIGHUP', 'SIGKILL']);
    ending.over();
  });

  it('kill again and again where the engine does not take it, until it is over', () => {
    const ending = new Ending(container);
    ending.begin('SIGTERM', 1000);
    vi.advanceTimersByTime(1000 + 2 * 5000);
    expect(sent).toEqual(['SIGTERM', 'SIGKILL', 'SIGKILL', 'SIGKILL']);
    ending.over();
    vi.advanceTimersByTime(60_000);
    expect(sent).toHaveLength(4);
  });

  it('kill nothing that has ended', () => {
    const ending = new Ending(container);
    ending.begin('SIGTERM', 1000);
    ending.over();
    vi.advanceTimersByTime(5000);
    expect(sent).toEqual(['SIGTERM']);
  });

  /** Without the process: a signal that nobody listens to would end the tests. */
  function signals(run: (emit: (signal: string) => void) => void): Ending {
    const fake = new EventEmitter();
    const on = vi
      .spyOn(process, 'on')
      .mockImplementation(((name: string, l: () => void) => fake.on(name, l)) as never);
    const off = vi
      .spyOn(process, 'off')
      .mockImplementation(((name: string, l: () => void) => fake.off(name, l)) as never);
    const ending = new Ending(container);
    const stop = forwardSignals(container, ending);
    run((signal) => fake.emit(signal));
    stop();
    ending.over();
    expect(fake.eventNames()).toEqual([]);
    on.mockRestore();
    off.mockRestore();
    return ending;
  }

  it.each(['SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGINT'])(
    'do not begin with %s, which is passed on',
    (signal) => {
      const { begun } = signals((emit) => {
        emit(signal);
        vi.advanceTimersByTime(60_000);
      });
      expect(sent).toEqual([signal]);
      expect(begun).toBe(false);
    },
  );

  it.each([
    ['SIGTERM', 10_000],
    ['SIGHUP', 2_000],
  ])('begin with %s and come within %i ms', (signal, milliseconds) => {
    const { begun } = signals((emit) => {
      emit(signal);
      vi.advanceTimersByTime(milliseconds - 1);
      expect(sent).toEqual(['SIGTERM']);
      vi.advanceTimersByTime(1);
    });
    expect(sent).toEqual(['SIGTERM', 'SIGKILL']);
    expect(begun).toBe(true);
  });

  it('come at once for who leans on Ctrl-C', () => {
    signals((emit) => {
      for (let times = 0; times < 4; times++) emit('SIGINT');
    });
    expect(sent).toEqual(['SIGINT', 'SIGINT', 'SIGINT', 'SIGKILL']);
  });

  it('wait for the engine’s answer to the start, each once', async () => {
    const early = new EarlySignals(container);
    const ending = new Ending(early);
    ending.interrupt('SIGINT');
    ending.interrupt('SIGINT');
    ending.begin('SIGTERM', 1000);
    expect(sent).toEqual([]);
    early.started();
    expect(sent).toEqual(['SIGINT', 'SIGTERM']);
    vi.advanceTimersByTime(1000);
    expect(sent).toEqual(['SIGINT', 'SIGTERM', 'SIGKILL']);
    ending.over();
    await expect(early.signal('SIGUSR1')).rejects.toThrow('the engine is gone');
  });

  it('before the session are noted, the first of them', () => {
    const interruption = new Interruption();
    expect(interruption.exitCode()).toBeUndefined();
    interruption.check();
    process.emit('SIGTERM');
    process.emit('SIGINT');
    expect(interruption.exitCode()).toBe(143);
    expect(() => {
      interruption.check();
    }).toThrow(expect.objectContaining({ code: 'AI_INTERRUPTED' }) as Error);
    expect(interruption.abortSignal.aborted).toBe(true);
    const listening = process.listenerCount('SIGTERM');
    interruption.stop();
    expect(process.listenerCount('SIGTERM')).toBe(listening - 1);
    expect(interruption).toMatchObject({ over: true });
    expect(interruption.exitCode()).toBe(143);
    interruption.handOver();
    expect(interruption.exitCode()).toBeUndefined();
  });
});

describe('one at a time', () => {
  it('makes of all calls that come meanwhile one more, also after a failure', async () => {
    const ends: ((error?: Error) => void)[] = [];
    const call = oneAtATime(
      () =>
        new Promise((resolve, reject) => {
          ends.push((error) => {
            if (error) reject(error);
            else resolve();
          });
        }),
    );
    const started = (): Promise<number> =>
      new Promise((resolve) => {
        setImmediate(() => {
          resolve(ends.length);
        });
      });
    for (let count = 0; count < 5; count++) call();
    expect(await started()).toBe(1);
    ends[0]?.(new Error('refused'));
    expect(await started()).toBe(2);
    ends[1]?.();
    expect(await started()).toBe(2);
    call();
    expect(await started()).toBe(3);
  });
});

describe('the last once more', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('comes when no other has come for a while, and once', () => {
    const work = vi.fn();
    const { call } = withLastAgain(work);
    for (let count = 0; count < 3; count++) {
      call();
      vi.advanceTimersByTime(200);
    }
    expect(work).toHaveBeenCalledTimes(3);
    vi.advanceTimersByTime(10_000);
    expect(work).toHaveBeenCalledTimes(4);
  });

  it('comes not after the end', () => {
    const work = vi.fn();
    const { call, stop } = withLastAgain(work);
    call();
    stop();
    vi.advanceTimersByTime(10_000);
    expect(work).toHaveBeenCalledTimes(1);
  });
});
