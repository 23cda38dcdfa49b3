// The proxies that the user's own machine has to go through (HTTP_PROXY and the others), as curl and most programs read them.

import { unescape } from 'node:querystring';
import { isHostBelow } from '../base/host-name.ts';
import type { ProxyValues } from '../base/proxies.ts';
import type { Target } from './egress-policy.ts';

export interface ProxyPlace {
  host: string;
  port: number;
  /** The connection to the proxy itself. */
  isTls: boolean;
  /** For the header Proxy-Authorization. */
  authorization?: string;
}

/** What goes over a connection: anything at all, or requests of plain HTTP. */
export type Kind = 'tunnel' | 'plain';

/** The proxy on the way to a target, as the variable has it; undefined where there is none. */
export function proxyFor(target: Target, kind: Kind, proxies: ProxyValues): string | undefined {
  const [, text] = chosen(kind, proxies);
  return text === '' || isExcepted(target, proxies.none) ? undefined : text;
}

/** @throws Error for what is no proxy of HTTP; not with its text: there may be a password in it */
export function parseProxy(text: string): ProxyPlace {
  const place = placeOf(text);
  if (place === undefined) throw new Error("this machine's proxy is not an HTTP proxy");
  return place;
}

/** Variables that lead through what is no proxy of HTTP: what goes that way does not arrive. */
export function unusableProxies(proxies: ProxyValues): readonly string[] {
  const all = [chosen('plain', proxies), chosen('tunnel', proxies)];
  const bad = all.filter(([, text]) => text !== undefined && text !== '' && !placeOf(text));
  return [...new Set(bad.map(([name]) => name))];
}

/** What is said of a proxy that does not let through. @param status of HTTP, or undefined where it spoke none */
export const proxyRefuses = (status: string | undefined): string =>
  `this machine's proxy answers ${status ?? 'nonsense'}${status === '407' ? ' (it wants another login)' : ''}`;

function chosen(kind: Kind, { http, https, all }: ProxyValues): [string, string | undefined] {
  const [name, own] = kind === 'plain' ? ['HTTP_PROXY', http] : ['HTTPS_PROXY', https];
  return own === undefined ? ['ALL_PROXY', all] : [name, own];
}

function placeOf(text: string): ProxyPlace | undefined {
  const full = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  const isTls = url.protocol === 'https:';
  const { username, password } = url;
  // A sign of percent that begins no escape stands for itself.
  const user = `${unescape(username)}:${unescape(password)}`;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (isTls ? 443 : 80)),
    isTls,
    ...(username !== '' && {
      authorization: `Basic ${Buffer.from(user).toString('base64')}`,
    }),
  };
}

/** Names with everything below them, with or without a port; networks of addresses mean nothing to names. */
function isExcepted({ host, port }: Target, none = ''): boolean {
  return none.split(/[\s,]+/).some((entry) => {
    const [, name = '', ofPort] = /^(?:\*?\.)?([^:]*)(?::(\d+))?$/.exec(entry) ?? [];
    if (ofPort !== undefined && Number(ofPort) !== port) return false;
    return entry === '*' || (name !== '' && isHostBelow(host, name.toLowerCase()));
  });
}
