// Names of hosts in the one form in which they are compared, and what must never pass for one: addresses in any disguise.

import { domainToASCII } from 'node:url';

/** A host with everything below it (`standsFor`); without a port it stands for the usual ones. */
export interface HostEntry {
  readonly host: string;
  readonly port?: number;
}

/**
 * In lower case, in ASCII (IDNA), without the dot at its end. Undefined for whatever is no name: addresses of any notation
 * (a last part that begins like a number is one for somebody: WHATWG URL, “ends in a number”), escapes, users, control characters.
 */
export function normaliseHost(text: string): string | undefined {
  if (text.length === 0 || text.length > longestName) return undefined;
  if (/[\0-\x20\x7f%@:/\\[\]?#<>^|`"'{}]/.test(text)) return undefined;
  const ascii = /^[\x21-\x7e]+$/.test(text) ? text : domainToASCII(text);
  const host = ascii.toLowerCase().replace(/\.$/, '');
  const labels = host.split('.');
  if (host.length > longestName || !labels.every((label) => labelPattern.test(label)))
    return undefined;
  return /^(\d+|0x[\da-f]*)$/.test(labels.at(-1) ?? '') ? undefined : host;
}

/** Bytes of a name in the DNS. */
const longestName = 253;
const labelPattern = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** `example.com`, `example.com:8443`; undefined for anything else. */
export function parseHostEntry(text: string): HostEntry | undefined {
  const [, name = '', digits] = /^([^:]*)(?::([1-9]\d{0,4}))?$/.exec(text) ?? [];
  const host = normaliseHost(name);
  const port = digits === undefined ? undefined : Number(digits);
  if (host === undefined || (port !== undefined && port > 65_535)) return undefined;
  return { host, ...(port !== undefined && { port }) };
}

/** As it is written in settings. */
export const showHostEntry = ({ host, port }: HostEntry): string =>
  port === undefined ? host : `${host}:${port}`;

/** True if the name is that one, or lies below it. Both in the form above. */
export const isHostBelow = (name: string, parent: string): boolean =>
  name === parent || name.endsWith(`.${parent}`);

/** What has nothing below it: an alias of ssh, a name of the local network, and never all of `com`. */
export const isOneWord = (host: string): boolean => !host.includes('.');

/** True if an entry of a list means that name. Both in the form above. */
export const standsFor = ({ host }: HostEntry, name: string): boolean =>
  isOneWord(host) ? name === host : isHostBelow(name, host);

/** Ports of a host that is named without one: the web’s, and ssh’s. */
export const usualPorts: readonly number[] = [80, 443, 22];
