// dockerode, for everything that is not the straight path: builds, pulls, lists.

import type Dockerode from 'dockerode';
import { Connection } from './connection.ts';
import { dialer } from './dial.ts';
import type { Endpoint } from './endpoint.ts';
import { isForeign } from './refusals.ts';
import { tlsOptions } from './tls-files.ts';
import { notAnEngine, silent, unreachable } from './unreachable.ts';

/** Milliseconds that an engine has for its first answer. */
const patience = 10_000;

/** @throws AiError AI_ENGINE_PERMISSION, AI_ENGINE_UNREACHABLE; the library's own errors would pass for bugs */
export async function openDocker(endpoint: Endpoint): Promise<Dockerode> {
  await expectEngine(endpoint);
  const { default: Docker } = await import('dockerode');
  const options = await optionsFor(endpoint);
  return withoutDockerHost(() => new Docker(options));
}

/** That an engine answers there: the library waits for ever, and trips over what is none. */
async function expectEngine(endpoint: Endpoint): Promise<void> {
  const connection = new Connection(dialer(endpoint));
  const signal = AbortSignal.timeout(patience);
  try {
    const answer = await connection.request('GET', '/_ping', { signal });
    // The usual answer; refusals come from engines and from what stands before them: the next request tells.
    const isUsual = answer.headers['api-version'] !== undefined || answer.body === 'OK';
    if (!isUsual && isForeign(answer)) throw notAnEngine(answer.body);
  } catch (error) {
    throw unreachable(endpoint, signal.aborted ? silent() : error);
  } finally {
    connection.close();
  }
}

async function optionsFor(endpoint: Endpoint): Promise<Dockerode.DockerOptions> {
  if (endpoint.kind === 'unix') return { socketPath: endpoint.path };
  const { host, port, tls } = endpoint;
  if (tls === undefined) return { host, port, protocol: 'http' };
  // The library hands on certificates, but not whether to believe any: an agent of ours does.
  const { Agent } = await import('node:https');
  // Its types do not have it (docker-modem, lib/modem.js).
  const options: Dockerode.DockerOptions & { agent: object } = {
    ...{ host, port, protocol: 'https' },
    agent: new Agent(tlsOptions(tls)),
  };
  return options;
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
