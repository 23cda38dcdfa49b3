// Addresses of providers: which of them mean this machine, and how clients of each API take them. Pure.

import type { ModelRoute } from '../assistants/provider-way.ts';

/** A program on this machine, by the addresses that it may listen at. */
export interface LocalPlace {
  /** As the user would write it, or `localhost` for whichever of the two answers. */
  host: string;
  port: number;
}

/** Where on this machine an address leads to; undefined for other machines. */
export function localPlace(url: URL): LocalPlace | undefined {
  const name = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  // What listens at all addresses listens at these two, and containers know the host by that name.
  if (['localhost', 'host.docker.internal', '0.0.0.0', '::'].includes(name))
    return { host: 'localhost', port };
  return name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name) ? { host: name, port } : undefined;
}

/** The same address, where it is inside of a container at the same port of its own loopback. */
export function insideUrl(url: URL): URL {
  const inside = new URL(url);
  const isNamed = url.hostname === 'localhost' && url.protocol === 'https:';
  // A certificate is for a name.
  if (!isNamed) inside.hostname = '127.0.0.1';
  return inside;
}

/** On the machine itself the names that only containers have, and `all addresses`, are its loopback. */
export function hostUrl(url: URL): URL {
  const outside = new URL(url);
  if (/^(host\.docker\.internal|0\.0\.0\.0|\[::\])$/.test(url.hostname))
    outside.hostname = '127.0.0.1';
  return outside;
}

/** As its clients want it: Anthropic's put `/v1/messages` behind it themselves, OpenAI's only what comes after `/v1`. */
export function baseUrlFor(api: ModelRoute['api'], { origin, pathname }: URL): string {
  const path = pathname.replace(/\/+$/, '');
  if (api === 'anthropic') return origin + path.replace(/\/v1$/, '');
  return origin + (path === '' ? '/v1' : path);
}

/**
 * The address that OLLAMA_HOST means (ollama, envconfig/config.go, Host): `HOST`, `HOST:PORT`, `:PORT`, each with or without a
 * scheme. Undefined for what is none.
 */
export function ollamaUrl(text: string): string | undefined {
  const match = /^(?:(https?):\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(\/.*)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const [, scheme, host = '', port, path = ''] = match;
  const usual = scheme === undefined ? '11434' : scheme.toLowerCase() === 'https' ? '443' : '80';
  const url = `${scheme ?? 'http'}://${host || '127.0.0.1'}:${port ?? usual}${path}`;
  return URL.canParse(url) ? url : undefined;
}
