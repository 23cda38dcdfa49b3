// Lets through to a host what may go there: the part of the egress proxy that HTTP and SOCKS5 have in common.

import type { Socket } from 'node:net';
import { messageOf } from '../base/errors.ts';
import type { HostEntry } from '../base/host-name.ts';
import { judge, type Denial, type EgressUse, type Target } from './egress-policy.ts';
import { judgeFirstBytes, type Verdict } from './first-bytes.ts';
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

/** Bytes in which a client has to say the name, and milliseconds from the first of them. */
const mostFirstBytes = 64 * 1024;
const patience = 10_000;
/** What a TLS client gets for a wrong name: the alert unrecognized_name, fatal (RFC 6066, 3). */
const wrongName = Buffer.from([0x15, 3, 3, 0, 2, 2, 112]);

export class EgressGate {
  constructor(private readonly options: GateOptions) {}

  /** A connection to there, where that is allowed. */
  async open(target: Target, kind: 'tunnel' | 'plain'): Promise<Way> {
    const permission = judge(target, this.options.allowed());
    if ('denied' in permission) return this.deny(permission.denied, target);
    try {
      const connection = await this.options.outbound.connect(target, kind);
      this.options.onUse({ ...target });
      return { connection, ...permission };
    } catch (error) {
      if (error instanceof PrivateAddressError) return this.deny('private', target);
      this.options.onUse({ ...target, failed: true });
      return { unreachable: messageOf(error) };
    }
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
    if (held.upstream) passOn(held.upstream, client);
    const verdict = await firstVerdict(client, (data) => judgeFirstBytes(data, target, isListed));
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
    held.upstream?.unpipe(client).removeAllListeners('close').destroy();
    if (verdict === 'http') {
      serveHttp(client, target);
      return;
    }
    const { denied } = this.deny(verdict.denied, target);
    if (denied === 'name') client.write(wrongName);
    client.destroySoon();
  }
}

/** The bytes stay in the socket, which is paused. A client that says nothing, and may only want to hear, passes at its end. */
function firstVerdict(
  client: Socket,
  judgeBytes: (data: Buffer) => Verdict,
): Promise<Exclude<Verdict, 'more'>> {
  // Grows by half, so that many small parts are not copied over and over.
  let space = Buffer.alloc(0);
  let length = 0;
  let timer: NodeJS.Timeout | undefined;
  return new Promise((resolve) => {
    const finish = (verdict: Exclude<Verdict, 'more'>): void => {
      clearTimeout(timer);
      client.pause().off('data', take).off('end', end).off('close', end);
      if (length > 0) client.unshift(space.subarray(0, length));
      resolve(verdict);
    };
    const end = (): void => {
      finish(length === 0 ? 'pass' : { denied: 'protocol' });
    };
    const take = (part: Buffer): void => {
      const needed = length + part.length;
      if (needed > space.length) space = Buffer.concat([space], Math.ceil(needed * 1.5));
      part.copy(space, length);
      length = needed;
      const verdict = judgeBytes(space.subarray(0, length));
      if (verdict !== 'more') finish(verdict);
      else if (length > mostFirstBytes) finish({ denied: 'protocol' });
      else timer ??= setTimeout(finish, patience, { denied: 'protocol' });
    };
    client.on('data', take).once('end', end).once('close', end);
    client.resume();
  });
}
