// Connections of the egress proxy to the outside: names are resolved here, and what is connected to is the address that was
// looked at, not what the name leads to a moment later.

import type { ProxyValues } from '../base/proxies.ts';
import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { askForTunnel } from './ask-proxy.ts';
import { connected, dialAny, dialProxy } from './dial.ts';
import type { Target } from './egress-policy.ts';
import { parseProxy, proxyFor, type Kind, type ProxyPlace } from './host-proxies.ts';
import { isPrivateAddress, ownNetworks } from './private-address.ts';

export interface Connection {
  socket: Socket;
  /** It is one to the proxy of this machine, which takes requests for other hosts: with this header, where there is one. */
  viaProxy?: { authorization?: string };
}

export interface OutboundOptions {
  proxies: ProxyValues;
  /** Addresses of a name. */
  resolve?: (host: string) => Promise<readonly string[]>;
  /** Connects to one of these addresses. */
  dial?: (addresses: readonly string[], port: number) => Socket;
  /** This machine's own. */
  interfaces?: typeof networkInterfaces;
}

/** The name leads to this machine or its networks, and nowhere else. */
export class PrivateAddressError extends Error {}

/** Milliseconds. */
const patience = 30_000;
/** Milliseconds for a name that a proxy would look up anyway, and for ssh where it may go through one. */
const patienceForNames = 2000;
const patienceForSsh = 5000;
/** A proxy of the web usually refuses it, and the ssh of this machine asks none. */
const sshPort = 22;

export class Outbound {
  private readonly proxies: ProxyValues;
  private readonly resolve: (host: string) => Promise<readonly string[]>;
  private readonly dial: (addresses: readonly string[], port: number) => Socket;
  private readonly interfaces: typeof networkInterfaces;

  constructor(options: OutboundOptions) {
    const { proxies, resolve = addressesOf, dial = dialAny } = options;
    this.proxies = proxies;
    this.resolve = resolve;
    this.dial = dial;
    this.interfaces = options.interfaces ?? networkInterfaces;
  }

  /** @throws PrivateAddressError, and what the system or the proxy says */
  async connect(target: Target, kind: Kind): Promise<Connection> {
    const proxy = proxyFor(target, kind, this.proxies);
    if (proxy === undefined) {
      const addresses = this.publicOnes(await this.resolve(target.host));
      return { socket: await connected(this.dial(addresses, target.port), patience) };
    }
    const addresses = await this.addressesBehindProxy(target.host);
    if (kind === 'tunnel' && target.port === sshPort && addresses.length > 0) {
      const direct = connected(this.dial(addresses, target.port), patienceForSsh);
      const socket = await direct.catch(() => undefined);
      if (socket) return { socket };
    }
    return throughProxy(parseProxy(proxy), target, kind);
  }

  /** Behind a proxy most machines cannot look names up: none then. What they do find has to be in order. */
  private async addressesBehindProxy(host: string): Promise<readonly string[]> {
    const unknown = new Promise<readonly string[]>((found) => {
      setTimeout(found, patienceForNames, []).unref();
    });
    const addresses = await Promise.race([this.resolve(host).catch(() => []), unknown]);
    return addresses.length > 0 ? this.publicOnes(addresses) : [];
  }

  /** @throws PrivateAddressError where there are none */
  private publicOnes(addresses: readonly string[]): readonly string[] {
    const own = ownNetworks(this.interfaces());
    const found = addresses.filter((one) => !isPrivateAddress(one, own));
    if (found.length === 0) throw new PrivateAddressError();
    return found;
  }
}

const addressesOf = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

async function throughProxy(place: ProxyPlace, target: Target, kind: Kind): Promise<Connection> {
  const event = place.isTls ? 'secureConnect' : 'connect';
  const socket = await connected(dialProxy(place), patience, event);
  const { authorization } = place;
  if (kind === 'plain')
    return { socket, viaProxy: { ...(authorization !== undefined && { authorization }) } };
  try {
    await askForTunnel(socket, target, authorization);
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return { socket };
}
