// Where an engine listens.

import { showSshEndpoint, type SshEndpoint } from './ssh-endpoint.ts';

/** One that a stream can be opened to. */
export type Endpoint = (
  | { kind: 'unix'; path: string }
  | { kind: 'tcp'; host: string; port: number; tls: TlsFiles | undefined }
) & {
  /** What names it, for errors (find.ts). */
  origin?: string | undefined;
};

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
