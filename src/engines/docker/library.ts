// dockerode, for everything that is not the straight path: builds, pulls, lists.

import type Dockerode from 'dockerode';
import type { Endpoint } from './endpoint.ts';
import { readTlsFiles } from './tls-files.ts';

export async function openDocker(endpoint: Endpoint): Promise<Dockerode> {
  const { default: Docker } = await import('dockerode');
  if (endpoint.kind === 'unix') return new Docker({ socketPath: endpoint.path });
  const { host, port, tls } = endpoint;
  return new Docker({
    host,
    port,
    protocol: tls ? 'https' : 'http',
    ...(tls && readTlsFiles(tls)),
  });
}
