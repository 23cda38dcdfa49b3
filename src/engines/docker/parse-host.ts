// What a user writes for an engine, as docker reads it: unix://, tcp:// (also without a scheme, or a host), ssh://.

import { AiError, isAiError } from '../../base/errors.ts';
import type { NamedEndpoint } from './endpoint.ts';
import { parseSshEndpoint } from './ssh-endpoint.ts';

export interface TlsChoice {
  wanted: boolean;
  directory: string;
  verify: boolean;
}

const usualSocket = '/var/run/docker.sock';

/**
 * The endpoint of a text, with docker's defaults (docker/cli, opts/hosts.go, ParseHost).
 * @param origin what says so, for the error
 * @throws AiError AI_USAGE
 */
export function parseHost(text: string, tls: TlsChoice, origin: string): NamedEndpoint {
  const host = text.trim();
  if (host.startsWith('/')) return { kind: 'unix', path: host };
  const [, named = 'tcp', rest = host] = /^([A-Za-z]+):\/\/(.*)$/s.exec(host) ?? [];
  const scheme = named.toLowerCase();
  if (scheme === 'unix' && (rest === '' || rest.startsWith('/')))
    return { kind: 'unix', path: rest || usualSocket };
  const isTcp = scheme === 'tcp' || scheme === 'http' || scheme === 'https';
  const found =
    isTcp && host !== '' ? parseTcp(rest, scheme === 'https' || tls.wanted, tls) : undefined;
  if (found !== undefined) return found;
  if (scheme === 'ssh') return parseSsh(`ssh://${rest}`, origin);
  throw new AiError('AI_USAGE', {
    problem: `${origin}: “${text}” is no endpoint of an engine`,
    next: `write it as unix:///path/to/docker.sock, tcp://host:port or ssh://user@host${orWithout(origin)}`,
  });
}

function parseTcp(rest: string, useTls: boolean, tls: TlsChoice): NamedEndpoint | undefined {
  const address = rest === '' || /^[:/]/.test(rest) ? `localhost${rest}` : rest;
  // Not read as http, where a URL drops port 80.
  if (!URL.canParse(`tcp://${address}`)) return undefined;
  const { hostname, port } = new URL(`tcp://${address}`);
  return {
    kind: 'tcp',
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (useTls ? 2376 : 2375),
    tls: useTls ? { directory: tls.directory, verify: tls.verify } : undefined,
  };
}

function parseSsh(text: string, origin: string): NamedEndpoint {
  try {
    return parseSshEndpoint(text);
  } catch (error) {
    if (!isAiError(error, 'AI_USAGE')) throw error;
    const { problem, next } = error.facts;
    throw new AiError('AI_USAGE', {
      problem: `${origin}: ${problem}`,
      ...(next !== undefined && { next: `${next}${orWithout(origin)}` }),
    });
  }
}

/** A variable of docker's may be forgotten in a shell's start files: it can be done without. */
const orWithout = (origin: string): string =>
  origin === 'DOCKER_HOST' ? '; unset DOCKER_HOST  leaves the choice to ai' : '';
