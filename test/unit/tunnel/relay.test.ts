// The relay between its two ends: the launcher's, and the real program of the inside, connected by pipes on this machine.

import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveAgent } from '../../../src/tunnel/agent-filter.ts';
import { openRelay } from '../../../src/tunnel/relay.ts';
import {
  encodeFrame,
  longestPayload,
  RelayDecoder,
  relayWindow,
} from '../../../src/tunnel/relay-frames.ts';
import type { RelayFrame } from '../../../src/tunnel/relay-frames.ts';
import { eventually } from '../../support/eventually.ts';
import { generateKey, run, SshAgent } from '../../support/ssh-agent.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const program = path.join(import.meta.dirname, '../../../templates/inside/relay');

interface World {
  /** Where programs inside connect. */
  inside: string;
  child: ChildProcessByStdio<Writable, Readable, null>;
  close: () => void;
  /** With what the relay says when it is over. */
  ended: Promise<string | undefined>;
}

/** A relay that leads to the socket `outside`. */
async function relayTo(outside: string): Promise<World> {
  const inside = path.join(temporaryDirectory(), 'agent');
  const child = spawn(process.execPath, [program, inside], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let close = (): void => undefined;
  let onEnd: (problem?: string) => void = () => undefined;
  const ended = new Promise<string | undefined>((resolve) => (onEnd = resolve));
  await new Promise<void>((onReady) => {
    const connectTo = (service: string): Socket | undefined =>
      service === 'agent' ? connect({ path: outside, allowHalfOpen: true }) : undefined;
    const relay = openRelay({
      ...{ input: child.stdout, output: child.stdin, connect: connectTo },
      ...{ onReady, onEnd },
    });
    close = () => {
      relay.close();
    };
  });
  return { inside, child, close, ended };
}

async function serve(
  onConnection: (socket: Socket) => void,
): Promise<{ at: string; server: Server }> {
  const at = path.join(temporaryDirectory(), 's');
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    onConnection(socket);
  });
  await once(server.listen(at), 'listening');
  onTestFinished(() => void server.close());
  return { at, server };
}

const echo = (): Promise<{ at: string; server: Server }> =>
  serve((socket) => {
    socket.pipe(socket);
  });

function client(at: string): Socket {
  const socket = connect({ path: at, allowHalfOpen: true });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** What comes back of that. */
async function exchange(at: string, data: Buffer): Promise<Buffer> {
  const socket = client(at);
  socket.end(data);
  return buffer(socket);
}

describe('an agent behind the relay', () => {
  async function agentWorld(): Promise<
    World & { key: string; directory: string; agent: SshAgent }
  > {
    const directory = temporaryDirectory();
    const key = generateKey(directory, 'ed25519').file;
    const agent = new SshAgent(path.join(directory, 'a'));
    await agent.start();
    onTestFinished(() => agent.kill());
    await agent.add(key);
    const filter = await serveAgent({
      socket: path.join(directory, 'filter'),
      upstream: agent.socket,
      policy: { mode: 'all', hosts: [] },
      onUse: () => undefined,
    });
    onTestFinished(() => filter.close());
    return { ...(await relayTo(filter.address)), key, directory, agent };
  }

  it('lists its keys and signs, ten at once', async () => {
    const { inside, key, directory } = await agentWorld();
    const env = { SSH_AUTH_SOCK: inside };
    const listed = await run('ssh-add', ['-l'], env);
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('SHA256:') as string });
    const signed = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const text = path.join(directory, `text-${index}`);
        writeFileSync(text, `${index}`);
        const words = ['-Y', 'sign', '-f', `${key}.pub`, '-n', 'git', text];
        return (await run('ssh-keygen', words, env)).code;
      }),
    );
    expect(signed).toEqual(Array(10).fill(0));
    const check = `for i in 0 1 2 3 4 5 6 7 8 9; do ssh-keygen -Y check-novalidate -n git -s text-$i.sig <text-$i; done`;
    const checked = await run('sh', ['-ec', check], {}, { directory });
    expect(checked.stdout.match(/Good "git" signature/g)).toHaveLength(10);
  });

  it('that is gone is as if it closed', async () => {
    const { inside, agent } = await agentWorld();
    await agent.kill();
    expect((await run('ssh-add', ['-l'], { SSH_AUTH_SOCK: inside })).code).not.toBe(0);
  });
});

describe('a connection', () => {
  it('carries any amount both ways, and the end of each', async () => {
    const { at } = await echo();
    const { inside } = await relayTo(at);
    const data = Buffer.alloc(3_000_000, 'some text that is no multiple of anything');
    const [large, ...small] = await Promise.all([
      exchange(inside, data),
      ...Array.from({ length: 20 }, (_, index) => exchange(inside, Buffer.alloc(index, 'x'))),
    ]);
    expect(large.equals(data)).toBe(true);
    expect(small.map(({ length }) => length)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('that nobody reads holds up none but itself, and little of it is kept', async () => {
    let fed = 0;
    const { at } = await serve((socket) => {
      socket.once('data', (first: Buffer) => {
        if (first.toString() !== 'flood') {
          socket.end(first);
          return;
        }
        const piece = Buffer.alloc(16 * 1024);
        const more = (): void => {
          while (socket.write(piece)) fed += piece.length;
          fed += piece.length;
        };
        socket.on('drain', more);
        more();
      });
    });
    const { inside } = await relayTo(at);
    const slow = client(inside);
    slow.write('flood');
    slow.pause();
    for (let turn = 0; turn < 20; turn++)
      expect((await exchange(inside, Buffer.from('quick'))).toString()).toBe('quick');
    let before = -1;
    await eventually(() => {
      const isStill = fed === before;
      before = fed;
      expect(isStill).toBe(true);
    });
    // The windows of the relay, and what the kernel and node keep of four sockets.
    expect(fed).toBeLessThan(3_000_000);
    expect((await exchange(inside, Buffer.from('quick'))).toString()).toBe('quick');
  });

  it('that breaks on one side breaks on the other', async () => {
    let closed: Promise<unknown> | undefined;
    const { at } = await serve((socket) => {
      closed = once(socket.resume(), 'end');
      socket.write('hello');
    });
    const { inside } = await relayTo(at);
    const broken = client(inside);
    await once(broken, 'data');
    broken.destroy();
    await closed;
  });

  it('to nobody is closed', async () => {
    const { inside } = await relayTo('/nonexistent/socket');
    expect(await exchange(inside, Buffer.from('x'))).toHaveLength(0);
  });

  it('beyond what is allowed at once is turned away, until there is room again', async () => {
    const sockets: Socket[] = [];
    const { at } = await serve((socket) => sockets.push(socket));
    const { inside } = await relayTo(at);
    const clients = Array.from({ length: 64 }, () => client(inside));
    await eventually(() => {
      expect(sockets).toHaveLength(64);
    });
    await once(client(inside).resume(), 'end');
    expect(sockets).toHaveLength(64);
    clients[0]!.end();
    // Which of them it is, is not known here.
    const ended = await Promise.race(
      sockets.map(async (socket) => {
        await once(socket.resume(), 'end');
        return socket;
      }),
    );
    ended.end();
    await once(clients[0]!.resume(), 'close');
    client(inside);
    await eventually(() => {
      expect(sockets).toHaveLength(65);
    });
  });
});

describe('the end', () => {
  it('of the launcher’s side ends the program, its socket and its connections', async () => {
    const { at } = await echo();
    const { inside, child, close, ended } = await relayTo(at);
    const open = client(inside);
    open.write('x');
    await once(open, 'data');
    const gone = [once(child, 'exit'), once(open.resume(), 'end')];
    close();
    expect((await Promise.all(gone))[0]).toEqual([0, null]);
    expect(await ended).toBeUndefined();
    expect(existsSync(inside)).toBe(false);
  });

  it('of the program ends the launcher’s side and its connections', async () => {
    let closed: Promise<unknown> | undefined;
    const { at } = await serve((socket) => {
      closed = once(socket.resume(), 'end');
      socket.write('x');
    });
    const { inside, child, ended } = await relayTo(at);
    await once(client(inside), 'data');
    child.kill('SIGKILL');
    await Promise.all([closed, ended]);
  });

  it('is not brought about by Ctrl-C', async () => {
    const { at } = await echo();
    const { inside, child } = await relayTo(at);
    for (const signal of ['SIGINT', 'SIGHUP'] as const) child.kill(signal);
    expect((await exchange(inside, Buffer.from('x'))).toString()).toBe('x');
  });
});

describe('an inside that is not ours', () => {
  interface Hostile {
    say: (...frames: RelayFrame[]) => void;
    raw: (data: Buffer) => void;
    heard: RelayFrame[];
    ended: Promise<string | undefined>;
    output: PassThrough;
  }

  function hostile(connectTo: (service: string) => Socket | undefined): Hostile {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const heard: RelayFrame[] = [];
    let onEnd: (problem?: string) => void = () => undefined;
    const ended = new Promise<string | undefined>((resolve) => (onEnd = resolve));
    const relay = openRelay({ input, output, connect: connectTo, onEnd });
    onTestFinished(() => {
      relay.close();
    });
    const raw = (data: Buffer): void => void input.write(data);
    const say = (...frames: RelayFrame[]): void => {
      raw(Buffer.concat(frames.map(encodeFrame)));
    };
    return { say, raw, heard, ended, output };
  }

  function listenTo({ output, heard }: Hostile): void {
    const decoder = new RelayDecoder();
    output.on('data', (data: Buffer) => heard.push(...decoder.push(data)));
  }

  const open = (channel: number, service = 'agent'): RelayFrame => ({
    kind: 'open',
    channel,
    service,
  });
  const data = (channel: number, size: number): RelayFrame[] =>
    Array.from({ length: size / 16384 }, () => ({
      ...{ kind: 'data', channel, data: Buffer.alloc(16384) },
    }));

  it.each<[string, RelayFrame[]]>([
    ['opens a channel twice', [open(1), open(1)]],
    ['opens an older channel', [open(2), open(1)]],
    ['opens channel 0', [open(0)]],
    ['uses a channel that it has not opened', [{ kind: 'end', channel: 1 }]],
    ['sends more than it may', [open(1), ...data(1, relayWindow + 16384)]],
    ['sends on behind its end', [open(1), { kind: 'end', channel: 1 }, ...data(1, 16384)]],
    ['credits what was not sent', [open(1), { kind: 'credit', channel: 1, bytes: 1 }]],
    ['credits a lot', [open(1), { kind: 'credit', channel: 1, bytes: 0xffffffff }]],
  ])('is left when it %s', async (_what, frames) => {
    const sockets = new Set<Socket>();
    // It takes nothing, so that no credit comes back meanwhile.
    const { at } = await serve((socket) => sockets.add(socket.pause()));
    const other = hostile(() => {
      const socket = connect({ path: at, allowHalfOpen: true });
      socket.cork();
      return socket;
    });
    other.say(...frames);
    expect(await other.ended).toEqual(expect.any(String));
    await eventually(() =>
      [...sockets].every((socket) => socket.destroyed || !socket.resume().readable),
    );
  });

  it('gets no service but those there are', async () => {
    const other = hostile(() => undefined);
    listenTo(other);
    other.say(open(1, 'docker'), open(5));
    await eventually(() => {
      expect(other.heard).toEqual([
        { kind: 'close', channel: 1 },
        { kind: 'close', channel: 5 },
      ]);
    });
  });

  it('is left when it asks and asks, and does not read', async () => {
    const other = hostile(() => undefined);
    const many = 1000;
    for (let at = 0; at < 50; at++)
      other.raw(
        Buffer.concat(
          Array.from({ length: many }, (_, index) => encodeFrame(open(at * many + index + 1))),
        ),
      );
    expect(await other.ended).toContain('does not read');
  });

  it('never throws, whatever it says', async () => {
    const { at } = await echo();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 }),
        async (pieces) => {
          const other = hostile(() => connect({ path: at, allowHalfOpen: true }));
          for (const piece of pieces) other.raw(Buffer.from(piece));
          other.raw(Buffer.alloc(2 * longestPayload, 255));
          // Somewhere in that is no frame: a length that there is not, if nothing else.
          expect(await other.ended).toEqual(expect.any(String));
        },
      ),
      { numRuns: 50 },
    );
  });
});
