// An egress proxy for unit tests, and what its clients say: every name that it may reach leads to servers of the test, at whatever port was asked for.

import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished } from 'vitest';
import type { HostEntry } from '../../src/base/host-name.ts';
import type { EgressUse } from '../../src/tunnel/egress-policy.ts';
import { serveEgress, type EgressOptions } from '../../src/tunnel/egress.ts';
import { temporaryDirectory } from './test-directory.ts';

export interface TestEgress {
  socket: string;
  uses: EgressUse[];
  /** What was connected to: `203.0.113.7:443`. */
  dialled: string[];
  /** Says these words, and gives the whole answer at its end, or once it contains `until`. */
  ask: (words: string | Buffer, until?: string) => Promise<string>;
  open: () => Promise<Socket>;
}

export async function openEgress({
  allowed = [{ host: 'example.com' }],
  addresses = { 'example.com': ['203.0.113.7'] },
  port = 1,
  proxies = {},
  ...more
}: {
  allowed?: readonly HostEntry[];
  addresses?: Readonly<Record<string, readonly string[]>> | ((host: string) => readonly string[]);
  /** Where everything that is dialled leads to, on this machine. */
  port?: number;
  proxies?: EgressOptions['proxies'];
} & Pick<Partial<EgressOptions>, 'resolve' | 'interfaces'> = {}): Promise<TestEgress> {
  const socket = path.join(temporaryDirectory(), 'egress');
  const uses: EgressUse[] = [];
  const dialled: string[] = [];
  const server = await serveEgress({
    socket,
    allowed: () => allowed,
    proxies,
    onUse: (use) => uses.push(use),
    resolve: (host) => {
      const found = typeof addresses === 'function' ? addresses(host) : addresses[host];
      return found ? Promise.resolve(found) : Promise.reject(new Error('ENOTFOUND'));
    },
    dial: (all, wanted) => {
      dialled.push(...all.map((address) => `${address}:${wanted}`));
      return connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    },
    ...more,
  });
  onTestFinished(() => server.close());
  const open = async (): Promise<Socket> => {
    const client = connect({ path: socket, allowHalfOpen: true });
    await once(client, 'connect');
    onTestFinished(() => {
      client.destroy();
    });
    return client;
  };
  const ask = async (words: string | Buffer, until?: string): Promise<string> => {
    const client = await open();
    let answer = '';
    return new Promise((resolve) => {
      client.on('data', (data: Buffer) => {
        answer += data.toString('latin1');
        if (until !== undefined && answer.includes(until)) resolve(answer);
      });
      client.once('end', () => {
        resolve(answer);
        client.end();
      });
      client.on('error', () => {
        resolve(answer);
      });
      client.once('close', () => {
        resolve(answer);
      });
      client.write(words);
    });
  };
  return { socket, uses, dialled, ask, open };
}

/** Listens on the loopback until the test is over. */
export async function serveOnLoopback(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    if ('closeAllConnections' in server)
      (server as { closeAllConnections(): void }).closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Greets, and sends everything back. */
export const echoServer = (greeting = ''): Server =>
  createServer({ allowHalfOpen: true }, (client) => {
    client.on('error', () => undefined);
    if (greeting) client.write(greeting);
    client.pipe(client);
  });

/** A server that says what it was asked. */
export const webServer = async (): Promise<{ port: number; seen: IncomingMessage[] }> => {
  const seen: IncomingMessage[] = [];
  const server = createHttpServer((request, response) => {
    seen.push(request);
    void text(request).then((body) => {
      response.setHeader('X-Answer', 'yes');
      response.end(`${request.method} ${request.url} ${request.headers.host} [${body}]`);
    });
  });
  return { port: await serveOnLoopback(server), seen };
};

export const connectTo = (authority: string): string =>
  `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;

/** The client's connection through CONNECT, open. */
export async function tunnel(egress: TestEgress, authority: string): Promise<Socket> {
  const client = await egress.open();
  client.write(connectTo(authority));
  const [answer] = (await once(client, 'data')) as [Buffer];
  const open = 'HTTP/1.1 200 Connection established\r\n\r\n';
  expect(answer.toString().slice(0, open.length)).toBe(open);
  client.pause();
  if (answer.length > open.length) client.unshift(answer.subarray(open.length));
  return client;
}
