// Where the host of an address leads, before a browser goes there: never to this machine or its networks.

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { ProxyValues } from '../base/proxies.ts';
import { proxyFor } from './host-proxies.ts';
import { isPrivateAddress, ownNetworks } from './private-address.ts';

export interface LinkAddressOptions {
  proxies: ProxyValues;
  /** Addresses of a name. */
  resolve?: (host: string) => Promise<readonly string[]>;
  /** This machine's own. */
  interfaces?: typeof networkInterfaces;
  /** Milliseconds for a name. */
  patience?: number;
}

/**
 * Undefined where nothing is wrong. A browser looks the name up once more, and may be told otherwise then: any page can do
 * that to it. Names that only the user's proxy knows are left to that.
 */
export async function judgeAddress(
  { host, port }: { host: string; port: number },
  {
    proxies,
    resolve = addressesOf,
    interfaces = networkInterfaces,
    patience = 2000,
  }: LinkAddressOptions,
): Promise<'private' | 'unknown' | undefined> {
  const late = new AbortController();
  const found =
    isIP(host) === 0
      ? await Promise.race([
          resolve(host).catch(() => []),
          wait(patience, undefined, { signal: late.signal }).catch(() => undefined),
        ])
      : [host];
  late.abort();
  if (found === undefined) return 'unknown';
  const own = ownNetworks(interfaces());
  if (found.some((address) => isPrivateAddress(address, own))) return 'private';
  if (found.length > 0) return undefined;
  const kind = port === 80 ? 'plain' : 'tunnel';
  const isLeftToProxy = !isOfNeighbours(host) && proxyFor({ host, port }, kind, proxies);
  return isLeftToProxy ? undefined : 'unknown';
}

/** Names that a browser may find in this network without any name server: of one word, and those of mDNS (RFC 6762). */
const isOfNeighbours = (host: string): boolean => !host.includes('.') || host.endsWith('.local');

const addressesOf = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
