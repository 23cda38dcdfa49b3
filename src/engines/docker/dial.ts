// How to open a stream to an engine.

import { createConnection } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Dial } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { tlsOptions } from './tls-files.ts';
import { explainDial } from './unreachable.ts';

/** Milliseconds that a machine has to take a connection and to be through with TLS. */
const timeToConnect = 10_000;

/** Opens streams to an endpoint; failures are the errors that a user can act on. */
export function dialer(endpoint: Endpoint, limit = timeToConnect): Dial {
  return async (signal) => {
    try {
      return endpoint.kind === 'unix'
        ? await connected(createConnection(endpoint.path), 'connect', { signal })
        : await dialTcp(endpoint, { signal, limit });
    } catch (error) {
      throw explainDial(endpoint, error);
    }
  };
}

async function dialTcp(
  { host, port, tls }: Extract<Endpoint, { kind: 'tcp' }>,
  patience: Patience,
): Promise<Duplex> {
  if (tls === undefined)
    return connected(createConnection({ host, port, noDelay: true }), 'connect', patience);
  const { connect } = await import('node:tls');
  const servername = /^[\d.:]+$/.test(host) ? {} : { servername: host };
  const socket = connect({ host, port, ...servername, ...tlsOptions(tls) });
  return connected(socket, 'secureConnect', patience);
}

interface Patience {
  signal: AbortSignal | undefined;
  /** Milliseconds. */
  limit?: number;
}

function connected<S extends Duplex>(
  socket: S,
  event: 'connect' | 'secureConnect',
  { signal, limit }: Patience,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      socket.destroy(Object.assign(new Error('not connected in time'), { code: 'ETIMEDOUT' }));
    };
    const timer = limit === undefined ? undefined : setTimeout(giveUp, limit);
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    };
    const fail = (error: Error): void => {
      settle();
      reject(error);
    };
    socket.once('error', fail).once(event, () => {
      settle();
      socket.off('error', fail);
      resolve(socket);
    });
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted) giveUp();
  });
}
