// Which engine to use: the one that was named, else docker's own ways of naming one, else a socket that is there.

import { createHash } from 'node:crypto';
import { statSync, type Stats } from 'node:fs';
import path from 'node:path';
import { AiError, messageOf } from '../../base/errors.ts';
import { readTextIfThere } from '../../host/files.ts';
import type { Endpoint, NamedEndpoint } from './endpoint.ts';
import { parseSshEndpoint } from './ssh-endpoint.ts';

export interface EngineChoice {
  /** The setting `host`. */
  host: string | undefined;
  /** The setting `context`. */
  context: string | undefined;
  environment: Readonly<Partial<Record<string, string>>>;
  home: string;
  uid: number;
}

/**
 * The endpoint to use. Order: flag or setting, DOCKER_HOST, DOCKER_CONTEXT, docker's current context, known sockets
 * (docker/cli, cli/command/cli.go, resolveContextName).
 * @throws AiError AI_ENGINE_MISSING, AI_ENGINE_CONTEXT, AI_USAGE
 */
export function findEndpoint(choice: EngineChoice): NamedEndpoint {
  const { environment } = choice;
  if (choice.host !== undefined) return parseHost(choice.host, tlsOfEnvironment(choice));
  if (choice.context !== undefined) return endpointOfContext(choice.context, choice);
  if (environment['DOCKER_HOST'])
    return parseHost(environment['DOCKER_HOST'], tlsOfEnvironment(choice));
  const context = contextOfDocker(choice);
  return context ? endpointOfContext(context, choice) : endpointOfSockets(choice);
}

/** The known sockets that are there, where nothing names an engine. */
export function socketsToTry(choice: EngineChoice): readonly string[] {
  const { host, context, environment } = choice;
  const isNamed =
    host !== undefined || context !== undefined || Boolean(environment['DOCKER_HOST']);
  return isNamed || contextOfDocker(choice) ? [] : knownSockets(choice).filter(isSocket);
}

const contextOfDocker = (choice: EngineChoice): string | undefined =>
  choice.environment['DOCKER_CONTEXT'] || currentContext(choice);

function endpointOfSockets(choice: EngineChoice): Endpoint {
  const sockets = knownSockets(choice);
  const found = sockets.find(isSocket);
  if (found === undefined) throw new AiError('AI_ENGINE_MISSING', { tried: sockets });
  return { kind: 'unix', path: found };
}

/** The sockets where engines of all makes listen, best known first. */
export function knownSockets({ environment, home, uid }: EngineChoice): readonly string[] {
  const runtime = environment['XDG_RUNTIME_DIR'] || `/run/user/${uid}`;
  return [
    '/var/run/docker.sock',
    `${runtime}/docker.sock`, // rootless Docker
    `${home}/.docker/run/docker.sock`, // Docker Desktop
    `${home}/.orbstack/run/docker.sock`,
    `${home}/.colima/default/docker.sock`,
    `${home}/.rd/docker.sock`, // Rancher Desktop
    `${runtime}/podman/podman.sock`,
    '/run/podman/podman.sock',
  ];
}

function parseHost(host: string, tls: TlsChoice): NamedEndpoint {
  if (host.startsWith('/')) return { kind: 'unix', path: host };
  const [, scheme, rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(host) ?? [];
  if (scheme === 'unix' && rest.startsWith('/')) return { kind: 'unix', path: rest };
  if (scheme === 'tcp' || scheme === 'http' || scheme === 'https') {
    // Not read as http, where a URL drops port 80.
    const url = URL.canParse(`tcp://${rest}`) ? new URL(`tcp://${rest}`) : undefined;
    const useTls = scheme === 'https' || tls.wanted;
    if (url?.hostname)
      return {
        kind: 'tcp',
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: Number(url.port) || (useTls ? 2376 : 2375),
        tls: useTls ? { directory: tls.directory, verify: tls.verify } : undefined,
      };
  }
  if (scheme === 'ssh') return parseSshEndpoint(host);
  throw new AiError('AI_USAGE', {
    problem: `“${host}” is no endpoint of an engine`,
    next: 'use unix:///path/to/docker.sock, tcp://host:port or ssh://user@host',
  });
}

interface TlsChoice {
  wanted: boolean;
  directory: string;
  verify: boolean;
}

function tlsOfEnvironment({ environment, home }: EngineChoice): TlsChoice {
  const directory = environment['DOCKER_CERT_PATH'] || path.join(home, '.docker');
  const verify = Boolean(environment['DOCKER_TLS_VERIFY']);
  return { wanted: verify || Boolean(environment['DOCKER_TLS']), directory, verify };
}

function dockerDirectory({ environment, home }: EngineChoice): string {
  return environment['DOCKER_CONFIG'] || path.join(home, '.docker');
}

function currentContext(choice: EngineChoice): string | undefined {
  const text = readTextIfThere(path.join(dockerDirectory(choice), 'config.json'));
  if (text === undefined) return undefined;
  try {
    const config: unknown = JSON.parse(text);
    const name = stringAt(config, 'currentContext');
    return name === '' ? undefined : name;
  } catch {
    // Docker's own file: a broken one is for docker to complain about.
    return undefined;
  }
}

/** Contexts are kept under the sha256 of their name (docker/cli, cli/context/store). */
function endpointOfContext(context: string, choice: EngineChoice): NamedEndpoint {
  // Docker's name for what there is without any context.
  if (context === 'default') {
    const host = choice.environment['DOCKER_HOST'];
    return host ? parseHost(host, tlsOfEnvironment(choice)) : endpointOfSockets(choice);
  }
  const id = createHash('sha256').update(context).digest('hex');
  const contexts = path.join(dockerDirectory(choice), 'contexts');
  try {
    const text = readTextIfThere(path.join(contexts, 'meta', id, 'meta.json'));
    if (text === undefined)
      throw new AiError('AI_ENGINE_CONTEXT', {
        context,
        cause: 'docker has no context of that name',
      });
    const docker = objectAt(objectAt(JSON.parse(text), 'Endpoints'), 'docker');
    const host = stringAt(docker, 'Host');
    if (host === undefined)
      throw new AiError('AI_ENGINE_CONTEXT', { context, cause: 'it names no docker endpoint' });
    const directory = path.join(contexts, 'tls', id, 'docker');
    const verify = objectAt(docker, 'SkipTLSVerify') !== true;
    return parseHost(host, { wanted: isDirectory(directory), directory, verify });
  } catch (error) {
    if (error instanceof AiError) throw error;
    throw new AiError('AI_ENGINE_CONTEXT', { context, cause: messageOf(error) }, { cause: error });
  }
}

function objectAt(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function stringAt(value: unknown, key: string): string | undefined {
  const found = objectAt(value, key);
  return typeof found === 'string' ? found : undefined;
}

const isSocket = (file: string): boolean => look(file)?.isSocket() ?? false;
const isDirectory = (file: string): boolean => look(file)?.isDirectory() ?? false;

function look(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}
