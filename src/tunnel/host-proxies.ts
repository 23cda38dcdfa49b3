// The proxies that the user's own machine has to go through (HTTP_PROXY and the others), as curl and most programs read them.

import { isHostBelow } from '../base/host-name.ts';
import type { Target } from './egress-policy.ts';

/** The values of the variables, as they are. */
export interface HostProxies {
  http?: string;
  https?: string;
  all?: string;
  /** NO_PROXY. */
  none?: string;
}

export interface ProxyPlace {
  host: string;
  port: number;
  /** The connection to the proxy itself. */
  isTls: boolean;
  /** For the header Proxy-Authorization. */
  authorization?: string;
}

/**
 * The proxy on the way to a target; undefined where there is none.
 * @throws Error where the variable names something that is no proxy of HTTP
 */
export function proxyFor(target: Target, proxies: HostProxies): ProxyPlace | undefined {
  const { http, https, all, none } = proxies;
  const text = (target.port === 80 ? http : https) ?? all;
  if (text === undefined || text === '' || isExcepted(target, none)) return undefined;
  return parseProxy(text);
}

function parseProxy(text: string): ProxyPlace {
  const full = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  // Not its text: there may be a password in it.
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new Error('this machine’s proxy is none of HTTP');
  const isTls = url.protocol === 'https:';
  const { username, password } = url;
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
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
