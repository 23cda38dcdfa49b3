// A port of this machine behind a socket: what goes through, both ways and to its end, and what is told of a port that is silent.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answers, serveHostPort, type HostPortOptions } from '../../../src/tunnel/host-port.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { stuckPort as stuck } from '../../support/stuck-port.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const loopback = ['127.0.0.1'];

/** A server on this machine's loopback. */
async function serve(onConnection: (socket: Socket) => void, host = '127.0.0.1'): Promise<Served> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  await once(server.listen(0, host), 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sockets, server };
}

interface Served {
  port: number;
  sockets: Socket[];
  server: Server;
}

async function forward(
  port: number,
  { addresses = loopback, name = 's', ...more }: Partial<HostPortOptions> & { name?: string } = {},
) {
  let refused = 0;
  const socket = path.join(temporaryDirectory(), name);
  mkdirSync(path.dirname(socket), { recursive: true });
  const server = await serveHostPort({
    ...{ socket, addresses, port, ...more },
    onRefused: () => (refused += 1),
  });
  onTestFinished(() => server.close());
  return { socket, server, refused: () => refused };
}

function client(at: string): Socket {
  const socket = connect({ path: at, allowHalfOpen: true });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

async function exchange(at: string, data: Buffer | string): Promise<Buffer> {
  const socket = client(at);
  socket.end(data);
  return buffer(socket);
}

/** False where nobody has after half a second. */
const isTaken = (socket: Socket, data: Buffer): Promise<boolean> =>
  Promise.race([
    new Promise<boolean>((resolve) => {
      socket.write(data, () => {
        resolve(true);
      });
    }),
    wait(500, false),
  ]);

/** When the other side is gone: a half that is left open stays so. */
const over = (socket: Socket): Promise<unknown> =>
  Promise.race([once(socket, 'end'), once(socket, 'close')]);

describe('a port behind a socket', () => {
  it('gets what is said to its end, and answers after that', async () => {
    const { port } = await serve((socket) => {
      let asked = '';
      socket.on('data', (data: Buffer) => (asked += data.toString()));
      socket.once('end', () => socket.end(`you said ${asked}`));
    });
    const { socket } = await forward(port);
    expect((await exchange(socket, 'hello')).toString()).toBe('you said hello');
  });

  it('is heard to its end by who has said all already', async () => {
    const heard = new Promise((resolve) => {
      void serve((socket) => {
        socket.end('bye');
        socket.once('data', resolve);
      }).then(async ({ port }) => {
        const { socket } = await forward(port);
        const one = client(socket);
        one.once('end', () => one.write('still here')).resume();
      });
    });
    expect(String(await heard)).toBe('still here');
  });

  it('carries every byte of much, for many at once', async () => {
    const { port } = await serve((socket) => socket.pipe(socket));
    const { socket } = await forward(port);
    const data = randomBytes(8 * 1024 ** 2);
    const answers = await Promise.all(Array.from({ length: 5 }, () => exchange(socket, data)));
    for (const answer of answers) expect(answer.equals(data)).toBe(true);
  });

  it('holds up who sends more than is taken', async () => {
    const { port } = await serve((socket) => socket.pause());
    const { socket } = await forward(port);
    const writer = client(socket);
    const piece = Buffer.alloc(1024 ** 2);
    let taken = 0;
    // As long as somebody takes it: a full socket keeps the last piece.
    while (taken < 64 && (await isTaken(writer, piece))) taken += 1;
    expect(taken).toBeLessThan(64);
  });

  it('closes for both when either breaks off', async () => {
    const { port, sockets } = await serve((socket) => socket.resume().write('x'));
    const { socket } = await forward(port);
    const [one, other] = [client(socket), client(socket)];
    await Promise.all([once(one, 'data'), once(other, 'data')]);
    one.destroy();
    await eventually(() => {
      expect(sockets.filter((at) => at.readableEnded)).toHaveLength(1);
    });
    for (const at of sockets) at.resetAndDestroy();
    await over(other);
  });

  it('is found at whichever address answers', async () => {
    const { port } = await serve((socket) => socket.end('here'), '127.0.0.2');
    const { socket, refused } = await forward(port, { addresses: ['127.0.0.1', '127.0.0.2'] });
    expect((await exchange(socket, '')).toString()).toBe('here');
    expect(refused()).toBe(0);
    expect(await answers({ addresses: loopback, port })).toBe(false);
    expect(await answers({ addresses: ['127.0.0.1', '127.0.0.2'], port })).toBe(true);
  });

  it('that is silent closes at once, and that is told', async () => {
    const { socket, refused } = await forward(await freePort());
    expect((await exchange(socket, 'hello')).length).toBe(0);
    expect(refused()).toBe(1);
  });

  it('that takes nobody is as good as silent, after a while', async () => {
    const port = await stuck('127.0.0.1');
    const { socket, refused } = await forward(port, { patience: 50 });
    expect((await exchange(socket, 'hello')).length).toBe(0);
    expect(refused()).toBe(1);
    expect(await answers({ addresses: loopback, port, patience: 50 })).toBe(false);
  });

  it('that takes nobody at one address is found at the next', async () => {
    const port = await stuck('127.0.0.2');
    const server = createServer((one) => one.end('here'));
    await once(server.listen(port, '127.0.0.1'), 'listening');
    onTestFinished(() => void server.close());
    const { socket } = await forward(port, { addresses: ['127.0.0.2', '127.0.0.1'], patience: 50 });
    expect((await exchange(socket, '')).toString()).toBe('here');
  });

  it('that takes nobody holds up no end', async () => {
    const port = await stuck('127.0.0.1');
    const beingMade = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'TCPConnectWrap').length;
    const before = beingMade();
    const { socket, server, refused } = await forward(port, { patience: 60_000 });
    const one = client(socket);
    await once(one, 'connect');
    const gone = new AbortController();
    const answer = answers({ addresses: loopback, port, patience: 60_000 }, gone.signal);
    gone.abort();
    expect(await answer).toBe(false);
    await Promise.all([over(one.resume()), server.close()]);
    expect(refused()).toBe(0);
    await eventually(() => {
      expect(beingMade()).toBe(before);
    });
  });

  it('turns away who comes when very many are there', async () => {
    const { port } = await serve((socket) => socket.write('x'));
    const { socket } = await forward(port);
    const many = Array.from({ length: 140 }, () => client(socket));
    const served = await Promise.all(
      many.map((one) => Promise.race([once(one, 'data').then(() => 1), over(one).then(() => 0)])),
    );
    expect(served.filter(Boolean)).toHaveLength(128);
  });

  it('is gone when it is closed, with all that it carried', async () => {
    const { port } = await serve((socket) => socket.write('x'));
    const { socket, server } = await forward(port);
    const open = client(socket);
    await once(open, 'data');
    const closed = over(open);
    await server.close();
    await closed;
    expect(existsSync(socket)).toBe(false);
    await server.close();
  });

  it('has a name of any length', async () => {
    const { port } = await serve((socket) => socket.end('here'));
    const { server } = await forward(port, { name: `${'x'.repeat(120)}/s` });
    expect((await exchange(server.address, '')).toString()).toBe('here');
  });
});
