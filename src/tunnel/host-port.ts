// One port of this machine as a socket: whoever may enter its directory reaches that port through it, and nothing else.

import { connect, createServer, type Socket } from 'node:net';
import { join } from './join.ts';
import { listen, type Listening } from './listen.ts';

export interface HostPortOptions {
  /** Where to listen. Who may enter the directory may connect. */
  socket: string;
  /** Addresses of this machine, in the order in which they are tried. */
  addresses: readonly string[];
  port: number;
  /** Nothing answers there: the connection is closed. */
  onRefused?: () => void;
}

/** Beyond these a client is turned away: a session must not use up what the launcher may open. */
const mostConnections = 128;

/** @throws what the system says where it cannot listen there */
export async function serveHostPort(options: HostPortOptions): Promise<Listening> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    void connectTo(options, client).then((upstream) => {
      if (upstream !== undefined) {
        join(client, upstream);
        return;
      }
      if (!client.destroyed) options.onRefused?.();
      client.destroy();
    });
  });
  server.maxConnections = mostConnections;
  return listen(server, options.socket);
}

/** True if something answers there. */
export async function answers(
  options: Pick<HostPortOptions, 'addresses' | 'port'>,
): Promise<boolean> {
  const socket = await connectTo(options);
  socket?.destroy();
  return socket !== undefined;
}

/** The first address that answers; undefined where none does. */
async function connectTo(
  { addresses, port }: Pick<HostPortOptions, 'addresses' | 'port'>,
  client?: Socket,
): Promise<Socket | undefined> {
  for (const host of addresses) {
    if (client?.destroyed) return undefined;
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    if (await isConnected(socket)) return socket;
  }
  return undefined;
}

const isConnected = (socket: Socket): Promise<boolean> =>
  new Promise((resolve) => {
    socket.once('connect', () => {
      resolve(true);
    });
    // It stays: what goes wrong later closes it as well.
    socket.on('error', () => {
      resolve(false);
    });
  });
