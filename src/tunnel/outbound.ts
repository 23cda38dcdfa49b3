// Connections of the egress proxy to the outside: names are resolved here, and what is connected to is the address that was
// looked at, not what the name leads to a moment later.

import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect as connectTls } from 'node:tls';
import type { Target } from './egress-policy.ts';
import { proxyFor, type HostProxies, type ProxyPlace } from './host-proxies.ts';
import { isPrivateAddress } from './private-address.ts';

export interface Connection {
  socket: Socket;
  /** It is one to the proxy of this machine, which takes requests for other hosts: with this header, where there is one. */
  viaProxy?: { authorization?: string };
}

export interface OutboundOptions {
  proxies: HostProxies;
  /** Addresses of a name. */
  resolve?: (host: string) => Promise<readonly string[]>;
  /** Connects to one of these addresses. */
  dial?: (addresses: readonly string[], port: number) => Socket;
}

/** The name leads to this machine or its networks, and nowhere else. */
export class PrivateAddressError extends Error {}

/** Milliseconds. */
const patience = 30_000;
/** Milliseconds for a name that a proxy would look up anyway. */
const patienceForNames = 2000;
/** Bytes of what a proxy says before it lets through. */
const longestHead = 16 * 1024;

export class Outbound {
  private readonly proxies: HostProxies;
  private readonly resolve: (host: string) => Promise<readonly string[]>;
  private readonly dial: (addresses: readonly string[], port: number) => Socket;

  constructor({ proxies, resolve = addressesOf, dial = dialAny }: OutboundOptions) {
    this.proxies = proxies;
    this.resolve = resolve;
    this.dial = dial;
  }

  /**
   * @param kind what goes over it: anything, or requests of plain HTTP
   * @throws PrivateAddressError, and what the system or the proxy says
   */
  async connect(target: Target, kind: 'tunnel' | 'plain'): Promise<Connection> {
    const proxy = proxyFor(target, this.proxies);
    if (proxy === undefined) {
      const addresses = publicOnes(await this.resolve(target.host));
      return { socket: await connected(this.dial(addresses, target.port)) };
    }
    await this.checkName(target.host);
    const socket = await connected(dialProxy(proxy), proxy.isTls ? 'secureConnect' : 'connect');
    const { authorization } = proxy;
    if (kind === 'plain')
      return { socket, viaProxy: { ...(authorization !== undefined && { authorization }) } };
    try {
      await askForTunnel(socket, target, authorization);
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return { socket };
  }

  /** Behind a proxy most machines cannot look names up; what they do find has to be in order. */
  private async checkName(host: string): Promise<void> {
    const unknown = new Promise<readonly string[]>((found) => {
      setTimeout(found, patienceForNames, []).unref();
    });
    const addresses = await Promise.race([this.resolve(host).catch(() => []), unknown]);
    if (addresses.length > 0) publicOnes(addresses);
  }
}

const addressesOf = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/** @throws PrivateAddressError where there are none */
function publicOnes(addresses: readonly string[]): readonly string[] {
  const own = Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).map(({ address }) => address),
  );
  const found = addresses.filter((one) => !isPrivateAddress(one) && !own.includes(one));
  if (found.length === 0) throw new PrivateAddressError();
  return found;
}

/** Node tries one after the other, and asks us instead of the DNS. */
function dialAny(addresses: readonly string[], port: number): Socket {
  const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return connect({
    ...{ host: 'checked.invalid', port, allowHalfOpen: true, noDelay: true },
    autoSelectFamily: true,
    lookup: (_name, options, done) => {
      const [first] = all;
      if (options.all === true) done(null, all);
      else done(null, first?.address ?? '', first?.family);
    },
  });
}

const dialProxy = ({ host, port, isTls }: ProxyPlace): Socket =>
  isTls
    ? connectTls({ host, port, servername: host })
    : connect({ host, port, allowHalfOpen: true, noDelay: true });

async function connected(
  socket: Socket,
  event: 'connect' | 'secureConnect' = 'connect',
): Promise<Socket> {
  const timer = setTimeout(() => {
    socket.destroy(new Error('no answer'));
  }, patience);
  try {
    await once(socket, event);
  } finally {
    clearTimeout(timer);
    // Later on it closes, and that says enough.
    socket.on('error', () => undefined);
  }
  return socket;
}

async function askForTunnel(
  socket: Socket,
  { host, port }: Target,
  authorization: string | undefined,
): Promise<void> {
  const lines = [
    `CONNECT ${host}:${port} HTTP/1.1`,
    `Host: ${host}:${port}`,
    ...(authorization === undefined ? [] : [`Proxy-Authorization: ${authorization}`]),
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const head = await readHead(socket);
  const [, status = ''] = /^HTTP\/1\.[01] (\d{3})/.exec(head) ?? [];
  if (!status.startsWith('2'))
    throw new Error(`this machine’s proxy answers ${status || 'nonsense'}`);
}

/** Up to the empty line; what comes behind it stays in the socket. */
function readHead(socket: Socket): Promise<string> {
  let data = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const finish = (end: () => void): void => {
      clearTimeout(timer);
      socket.pause().off('data', take).off('end', fail).off('close', fail);
      end();
    };
    const fail = (): void => {
      finish(() => {
        reject(new Error('this machine’s proxy breaks off'));
      });
    };
    const timer = setTimeout(fail, patience);
    const take = (part: Buffer): void => {
      data = Buffer.concat([data, part]);
      const end = data.indexOf('\r\n\r\n');
      if (end < 0 && data.length > longestHead) fail();
      if (end < 0) return;
      finish(() => {
        if (data.length > end + 4) socket.unshift(data.subarray(end + 4));
        resolve(data.toString('latin1', 0, end));
      });
    };
    socket.on('data', take).on('end', fail).on('close', fail);
  });
}
