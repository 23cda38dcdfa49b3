// Which engine to use: the one that was named, else docker's own ways of naming one, else a socket that is there.

import { statSync } from 'node:fs';
import { AiError } from '../../base/errors.ts';
import { path } from '../../base/path.ts';
import { currentContext, endpointOfContext } from './context.ts';
import type { Endpoint, NamedEndpoint } from './endpoint.ts';
import { parseHost, type TlsChoice } from './parse-host.ts';

export interface EngineChoice {
  /** The setting `host`. */
  host: string | undefined;
  /** The setting `context`. */
  context: string | undefined;
  /** Where these two were set: `--host`, `AI_CONTEXT`, `config.yaml:3`; empty where `ai` itself has. The flag, by default. */
  places?: Readonly<Partial<Record<'host' | 'context', string>>> | undefined;
  environment: Readonly<Partial<Record<string, string>>>;
  home: string;
  uid: number;
}

/** What says which engine to use. */
export interface EngineNaming {
  by: 'host' | 'context' | 'DOCKER_HOST' | 'DOCKER_CONTEXT' | 'docker context';
  /** The endpoint or the context, as it stands there. */
  name: string;
  /** For people: `--host`, `setting host (AI_HOST)`, `DOCKER_HOST`, `context far` (docker's current one). */
  origin: string;
}

/**
 * What names an engine, if anything does. Order: flag or setting, DOCKER_HOST, DOCKER_CONTEXT, docker's current context
 * (docker/cli, cli/command/cli.go, resolveContextName).
 */
export function namingOf(choice: Omit<EngineChoice, 'uid'>): EngineNaming | undefined {
  const { host, context, environment } = choice;
  const ofSetting = (by: 'host' | 'context', name: string): EngineNaming => {
    const place = choice.places?.[by] ?? `--${by}`;
    const isPlain = place === '' || place.startsWith('--');
    return { by, name, origin: isPlain ? place : `setting ${by} (${place})` };
  };
  if (host !== undefined) return ofSetting('host', host);
  // “default” is docker's name for what there is without any context: DOCKER_HOST still counts.
  if (context !== undefined && context !== 'default') return ofSetting('context', context);
  const [dockerHost, dockerContext] = [environment['DOCKER_HOST'], environment['DOCKER_CONTEXT']];
  if (dockerHost) return { by: 'DOCKER_HOST', name: dockerHost, origin: 'DOCKER_HOST' };
  if (context === 'default' || dockerContext === 'default') return undefined;
  if (dockerContext) return { by: 'DOCKER_CONTEXT', name: dockerContext, origin: 'DOCKER_CONTEXT' };
  const current = currentContext(choice);
  return current === undefined || current === 'default'
    ? undefined
    : { by: 'docker context', name: current, origin: `context ${current}` };
}

/**
 * The endpoint to use and what names it; nothing does where it is one of the known sockets.
 * @throws AiError AI_ENGINE_MISSING, AI_ENGINE_CONTEXT, AI_USAGE
 */
export function findEngine(choice: EngineChoice): {
  endpoint: NamedEndpoint;
  origin: string | undefined;
} {
  const naming = namingOf(choice);
  if (naming === undefined) return { endpoint: endpointOfSockets(choice), origin: undefined };
  const { by, name, origin } = naming;
  const endpoint =
    by === 'host' || by === 'DOCKER_HOST'
      ? parseHost(name, tlsOfEnvironment(choice), origin)
      : endpointOfContext(name, choice, origin);
  return { endpoint, origin: origin || undefined };
}

/** The known sockets that are there, where nothing names an engine. */
export function socketsToTry(choice: EngineChoice): readonly string[] {
  return namingOf(choice) === undefined ? knownSockets(choice).filter(isSocket) : [];
}

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
    `${home}/.docker/run/docker.sock`, // Docker Desktop on a Mac; rootless Docker without a runtime directory
    `${home}/.orbstack/run/docker.sock`,
    `${home}/.colima/default/docker.sock`,
    `${home}/.rd/docker.sock`, // Rancher Desktop
    `${runtime}/podman/podman.sock`,
    '/run/podman/podman.sock',
  ];
}

function tlsOfEnvironment({ environment, home }: EngineChoice): TlsChoice {
  const directory = environment['DOCKER_CERT_PATH'] || path.join(home, '.docker');
  const verify = Boolean(environment['DOCKER_TLS_VERIFY']);
  return { wanted: verify || Boolean(environment['DOCKER_TLS']), directory, verify };
}

function isSocket(file: string): boolean {
  try {
    return statSync(file).isSocket();
  } catch {
    return false;
  }
}
