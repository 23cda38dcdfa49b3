// What hosts answer to plain requests, hostile ones among it, and how many connections to them a client can have.

import { EventEmitter, once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EgressGate } from '../../../src/tunnel/egress-gate.ts';
import { Outbound } from '../../../src/tunnel/outbound.ts';
import { openEgress, serveOnLoopback, type TestEgress } from '../../support/egress.ts';

const get = (path = '/'): string =>
  `GET http://example.com${path} HTTP/1.1\r\nHost: example.com\r\n\r\n`;

/** Says these words to whoever asks anything, and ends. */
const saying = (words: () => string): Server =>
  createServer((client) => {
    client.on('error', () => undefined);
    client.once('data', () => client.end(Buffer.from(words(), 'latin1')));
  });

describe('an answer', () => {
  it.each([
    ['a status that is none', 'HTTP/1.1 099 x\r\nContent-Length: 0\r\n\r\n'],
    ['another protocol', 'HTTP/1.1 101 Yes\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'],
    ['another protocol, unasked', 'HTTP/1.1 101 Yes\r\n\r\n'],
    ['no HTTP', 'SSH-2.0-x\r\n\r\n'],
    ['nothing', ''],
    ['nothing but more to come', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ])('of %s is one that the client hears of', async (_name, words) => {
    const egress = await openEgress({ port: await serveOnLoopback(saying(() => words)) });
    expect(await egress.ask(get())).toMatch(
      /^HTTP\/1\.1 502 example\.com cannot be reached\r\n[^]*ai: example\.com is allowed/,
    );
    expect(egress.uses.at(-1)?.failed).toMatch(/./);
  });

  it('loses of its reason what no header may have', async () => {
    const words = 'HTTP/1.1 200 O\x01K\r\nX-Kept: 1\r\nContent-Length: 2\r\n\r\nhi';
    const egress = await openEgress({ port: await serveOnLoopback(saying(() => words)) });
    expect(await egress.ask(get(), 'hi')).toMatch(/^HTTP\/1\.1 200 O\?K\r\nX-Kept: 1\r\n[^]*hi$/);
  });

  it('of any kind ends for the client, and never in a crash', async () => {
    let answer = '';
    const egress = await openEgress({ port: await serveOnLoopback(saying(() => answer)) });
    const token = fc.oneof(
      fc.constantFrom(
        ...['HTTP/1.1 ', 'HTTP/1.0 ', '200', '099', '101', '1000', '304', '100', ' OK', '\r\n'],
        ...['\r\n\r\n', 'Content-Length: 5', 'Content-Length: -1', 'Transfer-Encoding: chunked'],
        ...['X: \x01', 'X\x01: 1', 'Connection: upgrade', 'Upgrade: x', '\0', '\x01', '5\r\nabcde'],
        ...['Trailer: X', 'Connection: content-length', '\x80\xff', ': ', '0\r\n\r\n', '\r', '\n'],
      ),
      fc
        .uint8Array({ minLength: 1, maxLength: 20 })
        .map((all) => Buffer.from(all).toString('latin1')),
    );
    const words = fc
      .tuple(
        fc.constantFrom('HTTP/1.1 200 ', 'HTTP/1.1 ', 'HTTP/1.1 200 OK\r\n', ''),
        fc.array(token, { maxLength: 8 }),
        fc.constantFrom('', '\r\n\r\n'),
      )
      .map(([first, all, last]) => first + all.join('') + last);
    await fc.assert(
      fc.asyncProperty(words, async (said) => {
        answer = said;
        const client = connect({ path: egress.socket });
        client.on('error', () => undefined);
        client.write(`${get().slice(0, -2)}Connection: close\r\n\r\n`);
        client.resume();
        await once(client, 'close');
      }),
      { numRuns: 500 },
    );
  }, 30_000);
});

/** Holds what it is asked until it is told to answer. */
async function slowServer(): Promise<{ port: number; counts: { open: number; most: number } }> {
  const counts = { open: 0, most: 0 };
  const server = createHttpServer((request, response) => {
    counts.open += 1;
    counts.most = Math.max(counts.most, counts.open);
    response.once('close', () => (counts.open -= 1));
    setTimeout(() => response.end(`answer ${request.url}\n`), 5);
  });
  return { port: await serveOnLoopback(server), counts };
}

const many = (count: number): string =>
  Array.from({ length: count }, (_, index) => get(`/${index}`)).join('');

describe('the requests of one connection', () => {
  it('are passed on one after the other, however many arrive at once', async () => {
    const { port, counts } = await slowServer();
    const egress = await openEgress({ port });
    const answer = await egress.ask(many(20), 'answer /19');
    expect(answer.match(/answer \/\d+/g)).toEqual(
      Array.from({ length: 20 }, (_, index) => `answer /${index}`),
    );
    expect(counts.most).toBe(1);
  });

  it('end it where there are hundreds', async () => {
    const { port } = await slowServer();
    const egress = await openEgress({ port });
    await egress.ask(many(400));
    expect(egress.dialled.length).toBeLessThan(2);
  });

  it('leave no connection behind when the client goes', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
    const egress = await openEgress({ port: await serveOnLoopback(server) });
    const client = await egress.open();
    const isAsked = once(server, 'connection');
    client.write(many(40));
    await isAsked;
    const ends = sockets.map((socket) => once(socket.resume(), 'close'));
    client.destroy();
    await Promise.all(ends);
    expect(sockets).toHaveLength(1);
  });

  it('leave none either where the client goes before the host is there', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).resume());
    const names = new EventEmitter();
    const isAsked = once(names, 'asked');
    const egress = await openEgress({
      port: await serveOnLoopback(server),
      resolve: async () => {
        names.emit('asked');
        await once(names, 'found');
        return ['203.0.113.7'];
      },
    });
    const client = await egress.open();
    client.write(get());
    await isAsked;
    client.destroy();
    await once(client, 'close');
    const arrival = once(server, 'connection') as Promise<[Socket]>;
    // The proxy learns of it before it hears of the next one.
    expect(await egress.ask('CONNECT evil.test:443 HTTP/1.1\r\n\r\n')).toContain('403');
    names.emit('found');
    const [upstream] = await arrival;
    if (!upstream.closed) await once(upstream, 'close');
    expect(upstream.bytesRead).toBe(0);
  });

  it('are none behind which a tunnel opens', async () => {
    const { port } = await slowServer();
    const egress = await openEgress({ port });
    const answer = await egress.ask(`${get()}CONNECT example.com:443 HTTP/1.1\r\n\r\n`);
    expect(answer).not.toContain('established');
  });
});

describe('connections', () => {
  it('beyond 256 of clients are turned away', async () => {
    const egress: TestEgress = await openEgress();
    for (let count = 0; count < 256; count += 1) await egress.open();
    const last = await egress.open();
    last.resume();
    await once(last, 'end');
  });

  it('beyond 256 to hosts are refused, until one ends', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).resume());
    const port = await serveOnLoopback(server);
    const sockets: Socket[] = [];
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    const outbound = new Outbound({
      proxies: {},
      resolve: () => Promise.resolve(['203.0.113.7']),
      dial: () => {
        const socket = connect({ host: '127.0.0.1', port });
        sockets.push(socket);
        return socket;
      },
    });
    const gate = new EgressGate({
      ...{ allowed: () => [{ host: 'example.com' }], outbound, onUse: () => undefined },
    });
    const open = () => gate.open({ host: 'example.com', port: 80 }, 'plain');
    const ways = await Promise.all(Array.from({ length: 256 }, open));
    expect(ways.every((way) => 'connection' in way)).toBe(true);
    expect(await open()).toEqual({ unreachable: 'too many connections' });
    const [first] = sockets;
    first?.destroy();
    if (first) await once(first, 'close');
    expect(await open()).toHaveProperty('connection');
  });
});
