// The ways out of this machine, as far as they can be judged without leaving it: proxies, name servers, the clocks.

import { readRegularFile } from '../../host/files.ts';
import { realpathSync } from 'node:fs';
import { proxyAddresses } from '../../base/proxies.ts';
import { parseProxy } from '../../tunnel/host-proxies.ts';
import type { Examination } from './examination.ts';
import { tryConnection, type Tried } from './try-connection.ts';

export interface NetworkFacts {
  proxies: readonly ProxyFacts[];
  /** Name servers in /etc/resolv.conf; undefined where there is no such file, as on a Mac. */
  nameServers: readonly string[] | undefined;
  /** Milliseconds by which the engine's clock is ahead of this machine's. */
  ahead: number | undefined;
}

/** Never with the user and password of its address. */
export type ProxyFacts = { variables: readonly string[] } & (
  { kind: 'malformed' } | { kind: 'place'; host: string; port: number; tried: Tried }
);

export async function lookAtNetwork({
  world: { environment },
  online,
  engine,
}: Examination): Promise<NetworkFacts> {
  const found = await engine();
  return {
    proxies: await lookAtProxies(environment, online),
    nameServers: nameServersIn('/etc/resolv.conf'),
    ahead: found.kind === 'reached' ? found.ahead : undefined,
  };
}

/** Each address once, with all variables that name it. */
function lookAtProxies(
  environment: Readonly<Partial<Record<string, string>>>,
  online: boolean,
): Promise<readonly ProxyFacts[]> {
  const byAddress = new Map<string, string[]>();
  for (const name of proxyAddresses) {
    const text = environment[name];
    if (text) byAddress.set(text, [...(byAddress.get(text) ?? []), name]);
  }
  return Promise.all(
    [...byAddress].map(async ([text, variables]): Promise<ProxyFacts> => {
      const place = placeOf(text);
      if (place === undefined) return { variables, kind: 'malformed' };
      return { variables, kind: 'place', ...place, tried: await tryConnection(place, { online }) };
    }),
  );
}

function placeOf(text: string): { host: string; port: number } | undefined {
  try {
    const { host, port } = parseProxy(text);
    return { host, port };
  } catch {
    // SOCKS and the like serve other programs; an address all the same.
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const host = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
    const port = Number(url?.port || 1080);
    return host === '' || !/^socks/i.test(url?.protocol ?? '') ? undefined : { host, port };
  }
}

/** resolv.conf(5). It is a link on most machines. */
function nameServersIn(file: string): readonly string[] | undefined {
  try {
    const text = readRegularFile(realpathSync(file)) ?? '';
    return [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(([, address = '']) => address);
  } catch {
    return undefined;
  }
}
