// Where an engine listens, and how to open a stream to it.

import { createConnection } from 'node:net';
import type { Duplex } from 'node:stream';
import { AiError, messageOf, systemCode } from '../../base/errors.ts';
import type { Dial } from './connection.ts';
import { showSshEndpoint, type SshEndpoint } from './ssh-endpoint.ts';

/** One that a stream can be opened to. */
export type Endpoint =
  | { kind: 'unix'; path: string }
  | { kind: 'tcp'; host: string; port: number; tls: TlsFiles | undefined };

/** One that can be named. What is behind ssh is reached through a forward (ssh-forward.ts), and sees other files. */
export type NamedEndpoint = Endpoint | SshEndpoint;

/** Directory with ca.pem, cert.pem and key.pem, as DOCKER_CERT_PATH and docker's contexts have them. */
export interface TlsFiles {
  directory: string;
  verify: boolean;
}

export function showEndpoint(endpoint: NamedEndpoint): string {
  if (endpoint.kind === 'ssh') return showSshEndpoint(endpoint);
  return endpoint.kind === 'unix'
    ? `unix://${endpoint.path}`
    : `tcp://${endpoint.host}:${endpoint.port}`;
}

/** Opens streams to an endpoint; failures are the errors that a user can act on. */
export function dialer(endpoint: Endpoint): Dial {
  return async () => {
    try {
      return endpoint.kind === 'unix'
        ? await connected(createConnection(endpoint.path))
        : await dialTcp(endpoint);
    } catch (error) {
      throw explainDial(endpoint, error);
    }
  };
}

async function dialTcp(endpoint: Extract<Endpoint, { kind: 'tcp' }>): Promise<Duplex> {
  const { host, port, tls } = endpoint;
  if (tls === undefined) return connected(createConnection({ host, port, noDelay: true }));
  const { connect } = await import('node:tls');
  const { readTlsFiles } = await import('./tls-files.ts');
  const servername = /^[\d.:]+$/.test(host) ? {} : { servername: host };
  const socket = connect({
    host,
    port,
    ...servername,
    ...readTlsFiles(tls),
    rejectUnauthorized: tls.verify,
  });
  return connected(socket, 'secureConnect');
}

function connected<S extends Duplex>(socket: S, event = 'connect'): Promise<S> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject).once(event, () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function explainDial(endpoint: Endpoint, error: unknown): AiError {
  const code = systemCode(error);
  if (endpoint.kind === 'unix' && (code === 'EACCES' || code === 'EPERM'))
    return new AiError('AI_ENGINE_PERMISSION', { socket: endpoint.path }, { cause: error });
  const causes: Partial<Record<string, string>> = {
    ENOENT: 'there is no such socket',
    ECONNREFUSED: 'nothing listens there',
    ENOTFOUND: 'its name is not known',
    ETIMEDOUT: 'it does not answer',
  };
  const cause = causes[code ?? ''] ?? messageOf(error);
  return new AiError(
    'AI_ENGINE_UNREACHABLE',
    { endpoint: showEndpoint(endpoint), cause },
    { cause: error },
  );
}
