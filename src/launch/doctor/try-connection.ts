// Whether something answers at a place of the network: a connection and nothing more, within seconds.

import { connect } from 'node:net';
import { messageOf, systemCode } from '../../base/errors.ts';
import { askForTunnel } from '../../tunnel/ask-proxy.ts';
import { connected, dialProxy } from '../../tunnel/dial.ts';
import type { ProxyPlace } from '../../tunnel/host-proxies.ts';

export type Tried =
  | { kind: 'answers' }
  | { kind: 'fails'; why: string }
  /** It is not on this machine, and nothing was to leave it. */
  | { kind: 'untried' };

export interface Place {
  host: string;
  port: number;
}

/** Milliseconds. */
const patience = 3000;

export interface TryOptions {
  online: boolean;
  proxy?: ProxyPlace | undefined;
  plain?: boolean;
}

/** This machine itself, by a name that no name server is asked for. */
export const isOnThisMachine = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);

/**
 * @param online what may leave this machine does; else only what is on it is tried
 * @param proxy the way there, if there is one; `plain` HTTP is not asked a tunnel for, which proxies may refuse
 */
export async function tryConnection(
  place: Place,
  { online, proxy, plain = false }: TryOptions,
): Promise<Tried> {
  // A proxy goes on from there, wherever it is.
  if (!online && (proxy !== undefined || !isOnThisMachine(place.host))) return { kind: 'untried' };
  try {
    if (proxy === undefined) {
      (await connected(connect(place), patience)).destroy();
      return { kind: 'answers' };
    }
    const event = proxy.isTls ? 'secureConnect' : 'connect';
    const socket = await connected(dialProxy(proxy), patience, event);
    const timer = setTimeout(() => socket.destroy(), patience);
    try {
      if (!plain) await askForTunnel(socket, place, proxy.authorization);
    } finally {
      clearTimeout(timer);
      socket.destroy();
    }
    return { kind: 'answers' };
  } catch (error) {
    return { kind: 'fails', why: whyNot(error) };
  }
}

function whyNot(error: unknown): string {
  const reasons: Partial<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens there',
    ENOTFOUND: 'its name is not known',
    EAI_AGAIN: 'no name server answers',
    EHOSTUNREACH: 'there is no way to that machine',
    ENETUNREACH: 'there is no network',
    ETIMEDOUT: 'it does not answer',
  };
  return reasons[systemCode(error) ?? ''] ?? messageOf(error);
}
