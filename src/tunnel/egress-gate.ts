// Lets through to a host what may go there: the part of the egress proxy that HTTP and SOCKS5 have in common.

import type { Socket } from 'node:net';
import { messageOf } from '../base/errors.ts';
import type { HostEntry } from '../base/host-name.ts';
import { judge, type Denial, type EgressUse, type Target } from './egress-policy.ts';
import { firstVerdict } from './first-verdict.ts';
import { passOn } from './join.ts';
import { PrivateAddressError, type Connection, type Outbound } from './outbound.ts';

export interface GateOptions {
  /** Asked for every connection. */
  allowed: () => readonly HostEntry[];
  outbound: Outbound;
  onUse: (use: EgressUse) => void;
}

export type Way =
  { connection: Connection; isListed: boolean } | { denied: Denial } | { unreachable: string };

export interface TunnelClient {
  /** Says that the way is open, or why it is not. */
  answer: (way: Way | { isListed: boolean }) => void;
  /** Takes a client whose first bytes are plain HTTP to that host. */
  serveHttp: (client: Socket, target: Target) => void;
}

/** To hosts, at once: a session must not use up what the launcher may open. */
const mostConnections = 256;
/** What a TLS client gets for a wrong name: the alert unrecognized_name, fatal (RFC 6066, 3). */
const wrongName = Buffer.from([0x15, 3, 3, 0, 2, 2, 112]);

export class EgressGate {
  private connections = 0;

  constructor(private readonly options: GateOptions) {}

  /** A connection to there, where that is allowed. */
  async open(target: Target, kind: 'tunnel' | 'plain'): Promise<Way> {
    const permission = judge(target, this.options.allowed());
    if ('denied' in permission) return this.deny(permission.denied, target);
    if (this.connections >= mostConnections) return this.fail(target, 'too many connections');
    this.connections += 1;
    const leave = (): void => {
      this.connections -= 1;
    };
    try {
      const connection = await this.options.outbound.connect(target, kind);
      if (connection.socket.closed) leave();
      else connection.socket.once('close', leave);
      this.options.onUse({ ...target });
      return { connection, ...permission };
    } catch (error) {
      leave();
      if (error instanceof PrivateAddressError) return this.deny('private', target);
      return this.fail(target, messageOf(error));
    }
  }

  /** It may be reached, and cannot be. */
  fail(target: Target, cause: string): { unreachable: string } {
    // Of the system, or of a host: it goes into a header and to a terminal.
    const unreachable = cause.replaceAll(/[^ -~]+/g, '?').slice(0, 300);
    this.options.onUse({ ...target, failed: unreachable });
    return { unreachable };
  }

  deny(denied: Denial, { host, port }: { host: string; port?: number }): { denied: Denial } {
    this.options.onUse({ host, ...(port !== undefined && { port }), denied });
    return { denied };
  }

  /** What the client says goes on once it has asked for the very host that was allowed; what the host says, at once. */
  async tunnel(client: Socket, target: Target, { answer, serveHttp }: TunnelClient): Promise<void> {
    const permission = judge(target, this.options.allowed());
    const isListed = 'isListed' in permission && permission.isListed;
    const held: { upstream?: Socket } = {};
    const connect = async (): Promise<Way> => {
      const way = await this.open(target, 'tunnel');
      if (!('connection' in way)) return way;
      held.upstream = way.connection.socket;
      if (client.destroyed) held.upstream.destroy();
      return way;
    };
    const giveUp = (): void => {
      held.upstream?.destroy();
    };
    client.once('close', giveUp);
    // At that port a client speaks first, and usually HTTP, which goes its own way.
    const isWeb = target.port === 80 && 'isListed' in permission && !isListed;
    const first = isWeb ? permission : await connect();
    answer(first);
    if (client.destroyed || !('isListed' in first)) return;
    const part = held.upstream && passOn(held.upstream, client);
    const verdict = await firstVerdict(client, target, isListed);
    if (verdict === 'gone') {
      client.destroy();
      return;
    }
    if (verdict === 'pass') {
      if (held.upstream === undefined) {
        const late = await connect();
        if ('connection' in late) passOn(late.connection.socket, client);
      }
      client.off('close', giveUp);
      if (held.upstream) passOn(client, held.upstream);
      else client.destroy();
      return;
    }
    part?.();
    held.upstream?.destroy();
    if (verdict === 'http') {
      serveHttp(client, target);
      return;
    }
    const { denied } = this.deny(verdict.denied, target);
    if (denied === 'name') client.write(wrongName);
    client.destroySoon();
  }
}
