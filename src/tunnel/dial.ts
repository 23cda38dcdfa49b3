// Connecting within some time: to one of the addresses of a host, or to this machine's proxy.

import { once } from 'node:events';
import { connect, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ProxyPlace } from './host-proxies.ts';

/** Milliseconds for one of several addresses: node's own 250 are less than a way around the world and back. */
const patienceForOne = 2500;

export const dialAny = (addresses: readonly string[], port: number): Socket =>
  connect(attempts(addresses, port));

/** Node tries one after the other, and asks us instead of the DNS. */
export function attempts(addresses: readonly string[], port: number): TcpNetConnectOpts {
  const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return {
    ...{ host: 'checked.invalid', port, allowHalfOpen: true, noDelay: true },
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: patienceForOne,
    lookup: (_name, options, done) => {
      const [first] = all;
      if (options.all === true) done(null, all);
      else done(null, first?.address ?? '', first?.family);
    },
  };
}

export const dialProxy = ({ host, port, isTls }: ProxyPlace): Socket =>
  isTls
    ? connectTls({ host, port, servername: host })
    : connect({ host, port, allowHalfOpen: true, noDelay: true });

/** The same socket, once it is connected. @throws what the system says, or that nobody answered in time */
export async function connected(
  socket: Socket,
  milliseconds: number,
  event: 'connect' | 'secureConnect' = 'connect',
): Promise<Socket> {
  const timer = setTimeout(() => {
    socket.destroy(new Error('no answer'));
  }, milliseconds);
  try {
    await once(socket, event);
  } finally {
    clearTimeout(timer);
    // Later on it closes, and that says enough.
    socket.on('error', () => undefined);
  }
  return socket;
}
