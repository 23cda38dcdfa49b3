// The egress proxy: one socket by which a run without a network reaches the hosts that it may reach, over HTTP (CONNECT and
// plain requests) or SOCKS5. Names are resolved on this side only. What comes from inside may be hostile.

import { createServer, type Socket } from 'node:net';
import type { HostEntry } from '../base/host-name.ts';
import { EgressGate } from './egress-gate.ts';
import { egressHttp } from './egress-http.ts';
import type { EgressUse } from './egress-policy.ts';
import { serveSocks } from './egress-socks.ts';
import { listen, type Listening } from './listen.ts';
import { Outbound, type OutboundOptions } from './outbound.ts';

export interface EgressOptions extends OutboundOptions {
  /** Where to listen. Who may enter the directory may connect. */
  socket: string;
  /** Asked for every connection: some become known only while the run starts. */
  allowed: () => readonly HostEntry[];
  /** Each connection that is let through, and each that is not. */
  onUse: (use: EgressUse) => void;
}

/** Beyond these a client is turned away: a session must not use up what the launcher may open. */
const mostConnections = 256;

/** @throws what the system says where it cannot listen there */
export async function serveEgress(options: EgressOptions): Promise<Listening> {
  const { socket, allowed, onUse } = options;
  const gate = new EgressGate({ allowed, onUse, outbound: new Outbound(options) });
  const http = egressHttp(gate);
  const server = createServer({ allowHalfOpen: true }, (client: Socket) => {
    const breakOff = (): void => {
      client.destroy();
    };
    client.once('end', breakOff).once('data', (first: Buffer) => {
      client.off('end', breakOff).pause();
      client.unshift(first);
      if (first[0] === 5) serveSocks(client, gate, http.serveTunnelled);
      else http.serve(client);
    });
  });
  server.maxConnections = mostConnections;
  return listen(server, socket);
}
