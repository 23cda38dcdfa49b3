// The program that brings sockets inside: what the user is told when it does not work, and when that is nothing to tell.

import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AiError } from '../../../src/base/errors.ts';
import type { Container } from '../../../src/engines/engine.ts';
import { relaySockets, type SocketRelay } from '../../../src/launch/relay-sockets.ts';
import { encodeFrame } from '../../../src/tunnel/relay-frames.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A frame of the engine's (Engine API, "Stream format" of attach). */
const framed = (channel: 1 | 2, payload: Buffer | string): Buffer => {
  const header = Buffer.of(channel, 0, 0, 0, 0, 0, 0, 0);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, Buffer.from(payload)]);
};
const ready = framed(1, encodeFrame({ kind: 'ready', channel: 0 }));

const exec = (): Duplex =>
  new Duplex({
    read: () => undefined,
    write: (_data, _encoding, done) => {
      done();
    },
  });

interface World {
  said: string[];
  argv: string[];
  relay: SocketRelay;
  /** Lets everything happen that is not a matter of time. */
  settle: () => Promise<void>;
  /** And the rest. */
  wait: () => Promise<void>;
}

function world(started: Promise<Duplex>, asked: string[] = [], runs = true): World {
  const said: string[] = [];
  const argv: string[] = [];
  const container = {
    exec: (words: readonly string[], { uid, gid }: { uid: number; gid: number }) => {
      argv.push(...words, `${uid}:${gid}`);
      return started;
    },
    isRunning: () => Promise.resolve(runs),
  } as unknown as Container;
  const relay = relaySockets(
    container,
    { uid: 7, gid: 8 },
    {
      names: ['agent', 'port-1'],
      title: 'what they lead to',
      addressOf: (name) => {
        asked.push(name);
        return undefined;
      },
      emit: (event) => said.push(JSON.stringify(event)),
    },
  );
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  const wait = async (): Promise<void> => {
    await settle();
    await vi.runAllTimersAsync();
  };
  return { said, argv, relay, settle, wait };
}

describe('the relay to sockets', () => {
  it('is a program of the image, run as the user of the run', () => {
    const { argv } = world(Promise.resolve(exec()));
    expect(argv).toEqual([
      'node',
      '/opt/ai/relay',
      '/run/ai-sock/agent',
      '/run/ai-sock/port-1',
      '7:8',
    ]);
  });

  it('leads to what the run has, and asks for nothing else, whatever is wanted inside', async () => {
    const asked: string[] = [];
    const stream = exec();
    const { settle } = world(Promise.resolve(stream), asked);
    await settle();
    const wanted = ['port-1', 'port-2', 'agent', '../agent', 'docker.sock', ''];
    for (const [at, name] of wanted.entries()) {
      stream.push(framed(1, encodeFrame({ kind: 'open', channel: at + 1, service: name })));
    }
    await settle();
    expect(asked).toEqual(['port-1', 'agent']);
  });

  it.each<[string, () => Promise<Duplex>, RegExp]>([
    [
      'the engine refuses',
      () =>
        Promise.reject(
          new AiError('AI_ENGINE_REFUSED', { doing: '', status: 500, message: 'no exec here' }),
        ),
      /no exec here/,
    ],
    ['the engine is gone', () => Promise.reject(new Error('socket hang up')), /hang up/],
  ])('is one warning where %s', async (_what, start, words) => {
    const { said, wait } = world(start());
    await wait();
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/"warning"/);
    expect(said[0]).toMatch(words);
  });

  it.each([1, 2] as const)('is one warning where its program cannot run: %i', async (channel) => {
    const stream = exec();
    const { said, settle, wait } = world(Promise.resolve(stream));
    await settle();
    stream.push(framed(channel, `exec: \u001b[31mnode: not found\n${'x'.repeat(1000)}`));
    stream.push(null);
    await wait();
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('exec: [31mnode: not found x');
    expect(said[0]!.length).toBeLessThan(500);
  });

  it('is one warning where what runs inside says what it may not', async () => {
    const stream = exec();
    const { said, settle, wait } = world(Promise.resolve(stream));
    await settle();
    stream.push(ready);
    stream.push(framed(1, 'hello from the inside'));
    await wait();
    expect(said).toHaveLength(1);
    expect(stream.destroyed).toBe(true);
  });

  it('is no word where the session ends with it', async () => {
    const stream = exec();
    const { said, relay, settle, wait } = world(Promise.resolve(stream));
    await settle();
    stream.push(ready);
    stream.push(null);
    await settle();
    relay.expectEnd();
    await wait();
    expect(said).toEqual([]);
  });

  it('is no word where the engine is late to tell the end of the session', async () => {
    const stream = exec();
    const { said, settle, wait } = world(Promise.resolve(stream), [], false);
    await settle();
    stream.push(ready);
    stream.push(null);
    await wait();
    expect(said).toEqual([]);
  });

  it('is ended, also where it was about to start', async () => {
    const stream = exec();
    const { said, relay, wait } = world(Promise.resolve(stream));
    relay.close();
    await wait();
    expect(stream.destroyed).toBe(true);
    expect(said).toEqual([]);
  });
});
