// dockerode, for everything that is not the straight path: builds, pulls, lists.

import type Dockerode from 'dockerode';
import { dialer, type Endpoint } from './endpoint.ts';
import { readTlsFiles } from './tls-files.ts';

/** @throws AiError AI_ENGINE_PERMISSION, AI_ENGINE_UNREACHABLE; the library's own errors would pass for bugs */
export async function openDocker(endpoint: Endpoint): Promise<Dockerode> {
  const connection = await dialer(endpoint)();
  connection.destroy();
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
