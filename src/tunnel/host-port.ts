// One port of this machine as a socket: whoever may enter its directory reaches that port through it, and nothing else.

import { connect, createServer, type Socket } from 'node:net';
import { listen, type Listening } from './listen.ts';

export interface HostPortOptions {
  /** Where to listen. Who may enter the directory may connect. */
  socket: string;
  /** Addresses of this machine, in the order in which they are tried. */
  addresses: readonly string[];
  port: number;
  /** Milliseconds that each address has for its answer. */
  patience?: number;
  /** Nothing answers there: the connection is closed. */
  onRefused?: () => void;
}

/** On one machine that takes no time. Who is turned away by a full queue is heard at the second knock, after a second. */
const usualPatience = 2000;

/** Beyond these a client is turned away: a session must not use up what the launcher may open. */
const mostConnections = 128;

/** @throws what the system says where it cannot listen there */
export async function serveHostPort(options: HostPortOptions): Promise<Listening> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const gone = new AbortController();
    client.once('close', () => {
      gone.abort();
    });
    void connectTo(options, gone.signal).then((upstream) => {
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

type Place = Pick<HostPortOptions, 'addresses' | 'port' | 'patience'>;

/**
 * True if something answers there.
 * @param gone nobody wants to know any more
 */
export async function answers(place: Place, gone?: AbortSignal): Promise<boolean> {
  const socket = await connectTo(place, gone);
  socket?.destroy();
  return socket !== undefined;
}

/** The first address that answers; undefined where none does, or whoever asks is gone. */
async function connectTo(
  { addresses, port, patience = usualPatience }: Place,
  gone?: AbortSignal,
): Promise<Socket | undefined> {
  for (const host of addresses) {
    if (gone?.aborted) return undefined;
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const giveUp = (): void => {
      socket.destroy();
    };
    gone?.addEventListener('abort', giveUp);
    const isThere = await isConnected(socket, patience);
    gone?.removeEventListener('abort', giveUp);
    if (isThere) return socket;
  }
  return undefined;
}

/** Where a program takes nobody any more, the system tries for minutes. */
const isConnected = (socket: Socket, patience: number): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => {
      socket.destroy();
    }, patience);
    const settle = (isThere: boolean) => (): void => {
      clearTimeout(timer);
      resolve(isThere);
    };
    socket.once('connect', settle(true));
    socket.once('close', settle(false));
    // It stays: what goes wrong later closes it as well.
    socket.on('error', settle(false));
  });

/** Neither side is read faster than the other takes it, and what ends one way may go on the other. */
function join(client: Socket, upstream: Socket): void {
  const sockets = [client, upstream] as const;
  for (const [one, other] of [sockets, [upstream, client] as const]) {
    one.pipe(other);
    // Both ways at their end: that is how it closes. Broken off: the other learns of it at once.
    one.once('close', () => {
      if (one.readableEnded && one.writableFinished) return;
      other.destroy();
    });
    if (one.destroyed) other.destroy();
  }
}
