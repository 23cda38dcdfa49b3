// dockerode, for everything that is not the straight path: builds, pulls, lists.

import type Dockerode from 'dockerode';
import { dialer, type Endpoint } from './endpoint.ts';
import { readTlsFiles } from './tls-files.ts';

/** @throws AiError AI_ENGINE_PERMISSION, AI_ENGINE_UNREACHABLE; the library's own errors would pass for bugs */
export async function openDocker(endpoint: Endpoint): Promise<Dockerode> {
  const connection = await dialer(endpoint)();
  connection.destroy();
  const { default: Docker } = await import('dockerode');
  return withoutDockerHost(() => new Docker(optionsFor(endpoint)));
}

function optionsFor(endpoint: Endpoint): Dockerode.DockerOptions {
  if (endpoint.kind === 'unix') return { socketPath: endpoint.path };
  const { host, port, tls } = endpoint;
  return { host, port, protocol: tls ? 'https' : 'http', ...(tls && readTlsFiles(tls)) };
}

/** The library mixes what DOCKER_HOST says into the options that it is given, and then goes there (docker-modem, defaultOpts). */
function withoutDockerHost<T>(make: () => T): T {
  const host = process.env['DOCKER_HOST'];
  delete process.env['DOCKER_HOST'];
  try {
    return make();
  } finally {
    if (host !== undefined) process.env['DOCKER_HOST'] = host;
  }
}
