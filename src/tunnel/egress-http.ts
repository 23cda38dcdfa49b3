// The HTTP side of the egress proxy: CONNECT for anything, and plain requests one by one. What comes in is parsed by node's own
// parser; what goes out is written anew.

import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  parseAbsoluteUrl,
  parseAuthority,
  shownTarget,
  type Denial,
  type Target,
} from './egress-policy.ts';
import type { EgressGate, TunnelClient, Way } from './egress-gate.ts';
import { endWith } from './join.ts';
import { denialAnswer, unreachableAnswer, type Answer } from './egress-words.ts';

/** Between two ends only (RFC 9110, 7.6.1); `host` is written anew. */
const ownHeaders: readonly string[] = [
  ...['connection', 'proxy-connection', 'proxy-authorization', 'keep-alive', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'host'],
];

export interface EgressHttp {
  /** Serves a client whose first bytes are still in the socket. */
  serve: (client: Socket) => void;
  /** The same for one that has a way to that host already, and only there. */
  serveTunnelled: TunnelClient['serveHttp'];
}

export function egressHttp(gate: EgressGate): EgressHttp {
  const targets = new WeakMap<Socket, Target>();
  const server = createServer((incoming, response) => {
    const url = incoming.url ?? '';
    const asked = parseAbsoluteUrl(url);
    if (asked) void forward(gate, { incoming, response, ...asked });
    else refuse(response, gate, url);
  });
  const tunnelled = createServer((incoming, response) => {
    const target = targets.get(incoming.socket);
    const path = incoming.url ?? '';
    if (target === undefined || !path.startsWith('/') || !isFor(target, incoming.headers.host))
      say(response, denial(gate.deny('name', target ?? { host: '?' }).denied, target));
    else void forward(gate, { incoming, response, target, path });
  });
  const serveTunnelled = (client: Socket, target: Target): void => {
    targets.set(client, target);
    tunnelled.emit('connection', client);
    client.resume();
  };
  server.on('connect', (incoming: IncomingMessage, client: Socket, head: Buffer) => {
    const target = parseAuthority(incoming.url ?? '');
    if (target === undefined) {
      const host = shownTarget(incoming.url ?? '');
      end(client, denialAnswer(gate.deny('malformed', { host }).denied, host, undefined));
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
    one.on('clientError', (_error: Error, client: Socket) => {
      const host = shownTarget('');
      end(client, denialAnswer(gate.deny('malformed', { host }).denied, host, undefined));
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

function refuse(response: ServerResponse, gate: EgressGate, url: string): void {
  const host = shownTarget(url);
  say(response, denialAnswer(gate.deny('malformed', { host }).denied, host, undefined));
}

const denial = (denied: Denial, target: Target | undefined): Answer =>
  denialAnswer(denied, target?.host ?? '?', target?.port);

const answerOf = (way: Exclude<Way, { connection: unknown }>, target: Target): Answer =>
  'denied' in way ? denial(way.denied, target) : unreachableAnswer(target.host, way.unreachable);

interface Forwarded {
  incoming: IncomingMessage;
  response: ServerResponse;
  target: Target;
  path: string;
}

async function forward(
  gate: EgressGate,
  { incoming, response, target, path }: Forwarded,
): Promise<void> {
  const way = await gate.open(target, 'plain');
  if (!('connection' in way)) {
    say(response, answerOf(way, target));
    return;
  }
  const { socket, viaProxy } = way.connection;
  const { host, port } = target;
  const authority = port === 80 ? host : `${host}:${port}`;
  const { authorization } = viaProxy ?? {};
  const isChunked = incoming.headers['transfer-encoding'] !== undefined;
  const headers: [string, string][] = [
    ['Host', authority],
    ...passedHeaders(incoming),
    // Written anew like the body itself, so that both ends see the same end of it.
    ...(isChunked ? [['Transfer-Encoding', 'chunked'] as [string, string]] : []),
    ['Connection', 'close'],
    ...(authorization === undefined
      ? []
      : [['Proxy-Authorization', authorization] as [string, string]]),
  ];
  try {
    const outgoing = request({
      createConnection: () => socket,
      method: incoming.method,
      path: viaProxy ? `http://${authority}${path}` : path,
      headers: headers.flat(),
      setHost: false,
    });
    outgoing.once('response', (answer) => {
      response.writeHead(
        answer.statusCode ?? 502,
        answer.statusMessage,
        passedHeaders(answer).flat(),
      );
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    });
    outgoing.once('error', (error) => {
      if (response.headersSent) response.destroy();
      else say(response, unreachableAnswer(host, error.message));
    });
    response.once('close', () => {
      socket.destroy();
    });
    if (isChunked || incoming.headers['content-length'] !== undefined) incoming.pipe(outgoing);
    else outgoing.end();
  } catch {
    // A path or a header that node's parser takes and its writer does not.
    socket.destroy();
    say(response, denial(gate.deny('malformed', target).denied, target));
  }
}

/** In their order and spelling, without those for this end. */
function passedHeaders({ rawHeaders, headers }: IncomingMessage): readonly [string, string][] {
  const named = (headers.connection ?? '').toLowerCase().split(/[\s,]+/);
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    const key = name.toLowerCase();
    if (!ownHeaders.includes(key) && (key === 'content-length' || !named.includes(key)))
      pairs.push([name, value]);
  }
  return pairs;
}

function say(response: ServerResponse, { status, reason, text }: Answer): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, reason, {
    'Content-Type': 'text/plain; charset=utf-8',
    Connection: 'close',
  });
  response.end(text);
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
