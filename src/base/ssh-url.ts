// Which machine the url of a git remote names, if ssh is the way to it (git's connect.c and url.c).

import { isIPv6 } from 'node:net';

export interface SshTarget {
  user?: string;
  host: string;
  port?: number;
}

/** The machine of `ssh://me@host:22/path`, `me@host:path`, `[me@host:22]:path`; undefined for what goes another way. */
export function parseSshUrl(url: string): SshTarget | undefined {
  if (url.length > longestUrl) return undefined;
  const scheme = /^([A-Za-z0-9][A-Za-z0-9+.-]*):\/\//.exec(url);
  if (scheme === null) return parseScpLike(url);
  if (!['ssh', 'git+ssh', 'ssh+git'].includes(scheme[1] ?? '')) return undefined;
  const [authority = '', ...path] = decode(url.slice(scheme[0].length)).split('/');
  return path.length > 0 ? parseTarget(authority) : undefined;
}

/** One machine of a ProxyJump: `me@host:22`, or a url of ssh without a path. */
export const parseJump = (word: string): SshTarget | undefined =>
  parseTarget(word.replace(/^ssh:\/\//i, '').replace(/\/$/, ''));

const longestUrl = 4096;

/** Not one: a path with a slash before its first colon, drives of Windows, addresses of helpers (`ext::…`). */
function parseScpLike(url: string): SshTarget | undefined {
  if (/^[A-Za-z]:[\\/]/.test(url) || /^[A-Za-z0-9][A-Za-z0-9+.-]*::/.test(url)) return undefined;
  const colon = url.indexOf(':');
  const slash = url.indexOf('/');
  if (colon < 0 || (slash >= 0 && slash < colon)) return undefined;
  const open = url.startsWith('[') ? 0 : url.indexOf('@[') + 1;
  const bracketed = url[open] === '[' ? url.indexOf(']', open) : -1;
  const end = url.indexOf(':', Math.max(bracketed, 0));
  if (end < 0) return undefined;
  // The port of a machine can stand within the brackets only; behind them is the path.
  const authority = url.slice(0, end);
  const whole = /^\[(.*)\]$/.exec(authority)?.[1] ?? authority;
  return parseTarget(whole.replace(/@\[([^\]]*)\]$/, '@$1'));
}

/** `me@host:22`, `me@[::1]:22`, `[me@host]:22`, `::1`. */
export function parseTarget(authority: string): SshTarget | undefined {
  const outer = /^\[([^[\]]*@[^[\]]*)\](:\d*)?$/.exec(authority);
  const whole = outer ? `${outer[1] ?? ''}${outer[2] ?? ''}` : authority;
  const at = whole.lastIndexOf('@');
  const user = at < 0 ? undefined : whole.slice(0, at);
  const place = whole.slice(at + 1);
  const parts =
    /^\[([^[\]]*)\](?::(\d*))?$/.exec(place) ??
    (isIPv6(place) ? [place, place] : /^([^:]*)(?::(\d*))?$/.exec(place));
  const [, host = '', port = ''] = parts ?? [];
  // `[host:22]` of the form with brackets, where an address of IPv6 has no port.
  const inner = isIPv6(host) ? null : /^([^:]*):(\d+)$/.exec(host);
  return checked(user, inner?.[1] ?? host, port || (inner?.[2] ?? ''));
}

/** Nothing that a program could take for an option, a shell for more than a word, or ssh for a pattern or a token. */
function checked(user: string | undefined, host: string, port: string): SshTarget | undefined {
  if (user !== undefined && !isSshUser(user)) return undefined;
  if (!isSshHost(host)) return undefined;
  if (port !== '' && !(Number(port) >= 1 && Number(port) <= 65_535)) return undefined;
  return { ...(user !== undefined && { user }), host, ...(port !== '' && { port: Number(port) }) };
}

/** A name of at most 253 characters, or an address. */
export const isSshHost = (host: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/.test(host) || (isIPv6(host) && !host.includes('%'));

export const isSshUser = (user: string): boolean =>
  /^[A-Za-z0-9._][A-Za-z0-9._+@-]{0,127}$/.test(user);

/** What is no escape stays as it is, as in git. Text that is not UTF-8 fails the check of names. */
const decode = (text: string): string =>
  text.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
