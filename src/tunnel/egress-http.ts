// The HTTP side of the egress proxy: CONNECT for anything, and plain requests one by one. What comes in is parsed by node's own
// parser; what goes out is written anew.

import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { systemCode } from '../base/errors.ts';
import { answerOf, denial, forward, say } from './egress-forward.ts';
import type { EgressGate, TunnelClient } from './egress-gate.ts';
import { parseAbsoluteUrl, parseAuthority, shownTarget, type Target } from './egress-policy.ts';
import { denialAnswer, traceAnswer, type Answer } from './egress-words.ts';
import { endWith } from './join.ts';
import { Turns } from './turns.ts';

export interface EgressHttp {
  /** Serves a client whose first bytes are still in the socket. */
  serve: (client: Socket) => void;
  /** The same for one that has a way to that host already, and only there. */
  serveTunnelled: TunnelClient['serveHttp'];
}

export function egressHttp(gate: EgressGate): EgressHttp {
  const targets = new WeakMap<Socket, Target>();
  const turns = new Turns();
  const malformed = (said: string): Answer => {
    const host = shownTarget(said);
    return denialAnswer(gate.deny('malformed', { host }).denied, host, undefined);
  };
  const server = createServer((incoming, response) => {
    turns.take(incoming.socket, () => {
      const url = incoming.url ?? '';
      const asked = parseAbsoluteUrl(url);
      if (asked === undefined) return say(response, malformed(url));
      if (incoming.method === 'TRACE') return say(response, traceAnswer);
      return forward(gate, { incoming, response, ...asked });
    });
  });
  const tunnelled = createServer((incoming, response) => {
    turns.take(incoming.socket, () => {
      const target = targets.get(incoming.socket);
      const path = incoming.url ?? '';
      if (target === undefined || !path.startsWith('/') || !isFor(target, incoming.headers.host))
        return say(response, denial(gate.deny('name', target ?? { host: '?' }).denied, target));
      if (incoming.method === 'TRACE') return say(response, traceAnswer);
      return forward(gate, { incoming, response, target, path });
    });
  });
  const serveTunnelled = (client: Socket, target: Target): void => {
    targets.set(client, target);
    tunnelled.emit('connection', client);
    client.resume();
  };
  server.on('connect', (incoming: IncomingMessage, client: Socket, head: Buffer) => {
    // Behind a request that has no answer yet, which would come in the midst of this.
    if (turns.isBusy(client)) {
      client.destroy();
      return;
    }
    const target = parseAuthority(incoming.url ?? '');
    if (target === undefined) {
      end(client, malformed(incoming.url ?? ''));
      return;
    }
    client.pause();
    if (head.length > 0) client.unshift(head);
    void gate.tunnel(client, target, {
      answer: (way) => {
        const answer = 'isListed' in way ? undefined : answerOf(way, target);
        if (answer) end(client, answer);
        else client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      },
      serveHttp: serveTunnelled,
    });
  });
  for (const one of [server, tunnelled]) {
    // It only ever gets what was accepted elsewhere.
    one.on('clientError', (error: Error, client: Socket) => {
      if (isMalformed(error)) end(client, malformed(''));
      else client.destroy();
    });
  }
  return {
    serve: (client) => {
      server.emit('connection', client);
      client.resume();
    },
    serveTunnelled,
  };
}

/** The same host, at the same port or without one. */
function isFor({ host, port }: Target, header: string | undefined): boolean {
  const said = parseAuthority(header ?? '', port);
  return said?.host === host && said.port === port;
}

/** What node's parser says, and not a connection that is lost, or ends in the midst of a request. */
function isMalformed(error: Error): boolean {
  const code = systemCode(error) ?? '';
  return code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE';
}

function end(client: Socket, { status, reason, text }: Answer): void {
  const lines = [
    `HTTP/1.1 ${status} ${reason}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ];
  endWith(client, `${lines.join('\r\n')}\r\n\r\n${text}`);
}
