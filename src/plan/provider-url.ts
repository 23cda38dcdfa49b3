// Addresses of providers: which of them mean this machine, and how clients of each API take them. Pure.

import type { ModelRoute } from '../assistants/provider-way.ts';
import type { HostPort } from './run-plan.ts';

/** A program on this machine, by the addresses that it may listen at. */
export interface LocalPlace {
  /** As the user would write it, or `localhost` for whichever of the two answers. */
  host: string;
  port: number;
}

/** Where on this machine an address leads to; undefined for other machines. */
export function localPlace(url: URL): LocalPlace | undefined {
  const name = hostOf(url);
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  // What listens at all addresses listens at these two; RFC 6761, 6.3; and containers know the host by that name.
  if (/^((.+\.)?localhost|host\.docker\.internal|0\.0\.0\.0|::)$/.test(name))
    return { host: 'localhost', port };
  return name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name) ? { host: name, port } : undefined;
}

/** Without the dot that ends a full name; an IPv4 address in the clothes of IPv6 as it is (RFC 4291, 2.5.5.2). */
function hostOf({ hostname }: URL): string {
  const name = hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(name) ?? [];
  if (high === undefined || low === undefined) return name;
  return [high, low]
    .map((half) => parseInt(half, 16))
    .flatMap((half) => [half >> 8, half & 255])
    .join('.');
}

/** For people, and their scripts. */
export const showPort = ({ host, hostPort }: Pick<HostPort, 'host' | 'hostPort'>): string =>
  `${host.includes(':') ? `[${host}]` : host}:${hostPort}`;

/** One name for one place, whichever way it is written. */
export const stateHost = ({ host, port }: LocalPlace): string =>
  showPort({ host: host === 'localhost' ? '127.0.0.1' : host, hostPort: port });

/** The same address, where it is inside of a container at the same port of its own loopback. */
export function insideUrl(url: URL): URL {
  const inside = withoutDot(url);
  if (!needsName(inside)) inside.hostname = '127.0.0.1';
  return inside;
}

/** The name that has to mean the loopback inside, where the address goes by one; undefined for `localhost`, which does. */
export function nameInside(url: URL): string | undefined {
  const { hostname } = withoutDot(url);
  return needsName(url) && hostname !== 'localhost' ? hostname : undefined;
}

/** On the machine itself the names that only containers have, and `all addresses`, are its loopback. */
export function hostUrl(url: URL): URL {
  const outside = withoutDot(url);
  const { hostname } = outside;
  const isOfContainers = hostname === 'host.docker.internal' && !needsName(outside);
  if (isOfContainers || /^(0\.0\.0\.0|\[::\])$/.test(hostname)) outside.hostname = '127.0.0.1';
  return outside;
}

/** A certificate is for a name, and what serves several names tells them apart by it. */
function needsName(url: URL): boolean {
  const name = hostOf(url);
  return name.endsWith('.localhost') || (url.protocol === 'https:' && /[a-z]$/.test(name));
}

/** Not every system knows its own names by that spelling. */
function withoutDot(url: URL): URL {
  const plain = new URL(url);
  if (localPlace(url)) plain.hostname = url.hostname.replace(/\.$/, '');
  return plain;
}

/** As its clients want it: Anthropic's put `/v1/messages` behind it themselves, OpenAI's only what comes after `/v1`. */
export function baseUrlFor(api: ModelRoute['api'], { origin, pathname }: URL): string {
  const path = pathname.replace(/\/+$/, '');
  if (api === 'anthropic') return origin + path.replace(/\/v1$/, '');
  return origin + (path === '' ? '/v1' : path);
}

/**
 * The address that OLLAMA_HOST means (ollama, envconfig/config.go, Host): `HOST`, `HOST:PORT`, `:PORT`, each with or without a
 * scheme. Undefined for what is none, and for a port that nothing can listen at.
 */
export function ollamaUrl(text: string): string | undefined {
  const match = /^(?:(https?):\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(\/.*)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const [, scheme, host = '', port, path = ''] = match;
  const usual = scheme === undefined ? '11434' : scheme.toLowerCase() === 'https' ? '443' : '80';
  const url = `${scheme ?? 'http'}://${host || '127.0.0.1'}:${port ?? usual}${path}`;
  return URL.canParse(url) && Number(port ?? usual) > 0 ? url : undefined;
}
