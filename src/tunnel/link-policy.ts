// Which addresses a session may have opened in the user's browser: every rule but the look at what a name leads to. Pure.

import { isIP } from 'node:net';
import { normaliseHost, type HostEntry } from '../base/host-name.ts';
import { longestLink, mostLinks } from '../base/link-bounds.ts';
import type { PublishedPort } from '../plan/run-plan.ts';
import { judge } from './egress-policy.ts';
import { isPrivateAddress } from './private-address.ts';

/**
 * Why not. `malformed`, `scheme`, `login` and `long` are no pages for people at all; `own` is the loopback, which inside is the
 * container's; `callback` is a log-in that would come back there; `private` leads to this machine or its networks; `host` and `port` are not on the list of the run.
 */
export type LinkRefusal =
  | 'malformed'
  | 'scheme'
  | 'login'
  | 'long'
  | 'own'
  | 'callback'
  | 'private'
  | 'host'
  | 'port'
  /** Its name cannot be looked up. */
  | 'unknown'
  /** Too soon after the last one, and too many in all. */
  | 'often'
  | 'many';

export interface Link {
  /** Canonical, in ASCII, and nothing in it but what RFC 3986 lets be there. */
  url: string;
  /** Scheme, host and port: what the audit tells. */
  origin: string;
  /** A name or an address, to look at what it leads to; absent where that is the run itself. */
  host?: string;
  port: number;
  /** The port of the run where a log-in would come back, which nothing outside leads to. */
  callback?: number;
  /** A port of the run is meant, and this run can publish none. */
  isShut?: true;
}

export type Judged =
  { link: Link; denied?: LinkRefusal } | { link?: undefined; denied: LinkRefusal };

export interface LinkRules {
  /** Where the run may reach these only. */
  hosts?: readonly HostEntry[];
  /** Ports of the run at this machine: they are the same pages outside. Undefined where it can have none. */
  publish: readonly PublishedPort[] | undefined;
}

/** @param text whatever a session has sent */
export function judgeLink(text: string, { hosts, publish }: LinkRules): Judged {
  if (Buffer.byteLength(text) > longestLink) return { denied: 'long' };
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1];
  if (scheme !== undefined && !/^https?$/i.test(scheme)) return { denied: 'scheme' };
  // What URL would repair is not repaired: spaces, ends of lines, `https:host`, `\\`.
  if (!/^https?:\/\/[^\s\p{C}\\/][^\s\p{C}\\]*$/iu.test(text) || !URL.canParse(text))
    return { denied: 'malformed' };
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return { denied: 'login' };
  if (writtenOut(url).length > longestLink) return { denied: 'long' };
  const address = bare(url.hostname);
  const name = isIP(address) === 0 ? normaliseHost(address) : undefined;
  if (name === undefined && isIP(address) === 0) return { denied: 'malformed' };
  if (isLoopback(name ?? address)) return judgeOwn(url, publish);
  const link = linkOf(url, name ?? address);
  if (name === undefined && isPrivateAddress(address)) return { link, denied: 'private' };
  const callback = callbackOf(url, publish ?? []);
  if (callback !== undefined)
    return { link: { ...link, callback, ...shut(publish) }, denied: 'callback' };
  if (hosts === undefined) return { link };
  if (name === undefined) return { link, denied: 'host' };
  const permission = judge({ host: name, port: portOf(url) }, hosts);
  if (!('denied' in permission)) return { link };
  return { link, denied: permission.denied === 'port' ? 'port' : 'host' };
}

/** The run's own page, which a port of this machine leads to where it is published. */
function judgeOwn(url: URL, publish: LinkRules['publish']): Judged {
  const published = publishedAt(portOf(url), publish ?? []);
  if (published === undefined) return { link: { ...linkOf(url), ...shut(publish) }, denied: 'own' };
  const outside = new URL(url.href);
  const { hostAddress, hostPort } = published;
  outside.hostname = isAtLocalhost(published)
    ? 'localhost'
    : isIP(hostAddress) === 6
      ? `[${hostAddress}]`
      : hostAddress;
  outside.port = hostPort;
  return { link: linkOf(outside) };
}

/**
 * A program inside waits for the browser there (RFC 8252, 7.3), and would do so in vain: it is told, so that it takes its other way,
 * a code to be pasted. The address says the port, so that no other one would do outside.
 */
function callbackOf({ searchParams }: URL, publish: readonly PublishedPort[]): number | undefined {
  return [...searchParams]
    .filter(([name, value]) => /redirect|callback/i.test(name) && URL.canParse(value))
    .map(([, value]) => new URL(value))
    .filter(({ protocol, hostname }) => /^https?:$/.test(protocol) && isLoopback(bare(hostname)))
    .map(portOf)
    .find((port) => {
      const published = publishedAt(port, publish);
      return published?.hostPort !== `${port}` || !isAtLocalhost(published);
    });
}

const shut = (publish: LinkRules['publish']): Pick<Link, 'isShut'> =>
  publish === undefined ? { isShut: true } : {};

/** At another address of the loopback there may be another service. */
const isAtLocalhost = ({ hostAddress }: PublishedPort): boolean =>
  ['', '0.0.0.0', '::', '127.0.0.1', '::1'].includes(hostAddress);

const publishedAt = (port: number, publish: readonly PublishedPort[]): PublishedPort | undefined =>
  publish.find(
    ({ containerPort, hostPort, protocol }) =>
      containerPort === port && hostPort !== '' && protocol === 'tcp',
  );

/** Without the brackets of IPv6. */
const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

const linkOf = (url: URL, host?: string): Link => ({
  url: writtenOut(url),
  origin: url.origin,
  port: portOf(url),
  ...(host !== undefined && { host }),
});

/** What the standard of browsers leaves as it is and RFC 3986 does not know is written as bytes. */
const writtenOut = ({ href }: URL): string =>
  href.replaceAll(
    /["<>\\^`{|}]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );

const portOf = ({ port, protocol }: URL): number =>
  port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port);

/** By name or address; `0.0.0.0` is what servers say that listen everywhere. */
const isLoopback = (host: string): boolean =>
  /^(.*\.)?localhost$|^127\.[\d.]+$|^0\.0\.0\.0$|^::1?$|^::ffff:7f/.test(host);

/** How often a session may have pages opened. */
export class LinkBudget {
  private taken = 0;
  private last = -Infinity;
  private lastUrl = '';

  /**
   * Counts it, unless it is refused. Programs that have started one opener try another: the same address again is no second page.
   * @param now milliseconds of a clock that never goes back
   */
  take(url: string, now: number): 'open' | 'again' | 'often' | 'many' {
    const since = now - this.last;
    if (url === this.lastUrl && since < sameAgain) return 'again';
    if (this.taken >= mostLinks) return 'many';
    if (since < gap) return 'often';
    this.taken += 1;
    this.last = now;
    this.lastUrl = url;
    return 'open';
  }
}

/** Milliseconds. */
const gap = 1000;
const sameAgain = 5000;
