// What a run asks the egress proxy for, read strictly, and whether it may: every rule about names and ports. Pure.

import { normaliseHost, standsFor, usualPorts, type HostEntry } from '../base/host-name.ts';

export interface Target {
  /** Normalised. */
  host: string;
  port: number;
}

/**
 * Why not: `malformed` is no name of a host; `host` and `port` are not on the list; `private` leads to this machine or its networks;
 * `name` is a program that asks the host for another one; `protocol` is none that says a name.
 */
export type Denial = 'malformed' | 'host' | 'port' | 'private' | 'name' | 'protocol';

/** One use of the proxy, for the audit. */
export interface EgressUse {
  /** As it was asked for where it is no name; fit for a terminal, and short. */
  host: string;
  port?: number;
  denied?: Denial;
  /** It may be reached, and was not: why. Fit for a terminal. */
  failed?: string;
}

/** `host:port`, as CONNECT has it; undefined for anything else. */
export function parseAuthority(text: string, usualPort?: number): Target | undefined {
  const [, name = '', digits] = /^([^:]*)(?::([1-9]\d{0,4}))?$/.exec(text) ?? [];
  const host = normaliseHost(utf8(name));
  const port = digits === undefined ? usualPort : Number(digits);
  return host === undefined || port === undefined || port > 65_535 ? undefined : { host, port };
}

/** `http://host/path`, as clients of a proxy ask for it; undefined for anything else. */
export function parseAbsoluteUrl(text: string): { target: Target; path: string } | undefined {
  const [, authority = '', path = ''] = /^http:\/\/([^/?#\\]+)([/?][^#]*)?$/i.exec(text) ?? [];
  const target = parseAuthority(authority, 80);
  return target && { target, path: path.startsWith('/') ? path : `/${path}` };
}

/** Headers come as bytes. */
const utf8 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');

/** `isListed`: this very port was named with the host. */
export type Permission = { denied: Denial } | { isListed: boolean };

export function judge({ host, port }: Target, allowed: readonly HostEntry[]): Permission {
  const entries = allowed.filter((entry) => standsFor(entry, host));
  if (entries.length === 0) return { denied: 'host' };
  if (entries.some((entry) => entry.port === port)) return { isListed: true };
  const isUsual = usualPorts.includes(port) && entries.some((entry) => entry.port === undefined);
  return isUsual ? { isListed: false } : { denied: 'port' };
}

/** Whatever a client has written, short and without anything that a terminal obeys. */
export const shownTarget = (text: string): string =>
  text.slice(0, 100).replaceAll(/[^!-~]+/g, '?') || '?';
