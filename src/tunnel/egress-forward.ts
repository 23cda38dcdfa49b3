// One plain request on its way to its host, and the answer back, both written anew. Neither side is trusted: what node's parser takes
// its writer may refuse.

import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { EgressGate, Way } from './egress-gate.ts';
import type { Denial, Target } from './egress-policy.ts';
import { denialAnswer, unreachableAnswer, type Answer } from './egress-words.ts';
import { proxyRefuses } from './host-proxies.ts';
import type { Connection } from './outbound.ts';

/** Between two ends only (RFC 9110, 7.6.1); `host` is written anew. */
const ownHeaders: readonly string[] = [
  ...['connection', 'proxy-connection', 'proxy-authorization', 'keep-alive', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'host'],
];

export interface Forwarded {
  incoming: IncomingMessage;
  response: ServerResponse;
  target: Target;
  path: string;
}

/** Ends with the answer, or with the client's connection. */
export async function forward(gate: EgressGate, forwarded: Forwarded): Promise<void> {
  const { incoming, response, target } = forwarded;
  const { socket: client } = incoming;
  const way = await gate.open(target, 'plain');
  if (!('connection' in way)) return say(response, answerOf(way, target));
  const { socket } = way.connection;
  const giveUp = (): void => {
    socket.destroy();
  };
  // A response that the client never waited for has no end of its own.
  client.once('close', giveUp);
  try {
    if (client.destroyed) return;
    pass(gate, forwarded, way.connection);
    await endOf(response);
  } catch {
    // A path or a header that node's parser takes and its writer does not.
    await say(response, denial(gate.deny('malformed', target).denied, target));
  } finally {
    client.off('close', giveUp);
    giveUp();
  }
}

/** @throws what node says of headers that it does not write */
function pass(gate: EgressGate, forwarded: Forwarded, { socket, viaProxy }: Connection): void {
  const { incoming, response, target, path } = forwarded;
  const authority = target.port === 80 ? target.host : `${target.host}:${target.port}`;
  const isChunked = incoming.headers['transfer-encoding'] !== undefined;
  const outgoing = request({
    createConnection: () => socket,
    method: incoming.method,
    path: viaProxy ? `http://${authority}${path}` : path,
    headers: [
      ...['Host', authority],
      ...passedHeaders(incoming).flat(),
      // Written anew like the body itself, so that both ends see the same end of it.
      ...(isChunked ? ['Transfer-Encoding', 'chunked'] : []),
      ...['Connection', 'close'],
      ...(viaProxy?.authorization === undefined
        ? []
        : ['Proxy-Authorization', viaProxy.authorization]),
    ],
    setHost: false,
  });
  let hasFailed = false;
  const fail = (why: string): void => {
    if (hasFailed) return;
    hasFailed = true;
    socket.destroy();
    if (response.headersSent) response.destroy();
    else void say(response, answerOf(gate.fail(target, why), target));
  };
  outgoing.once('response', (answer) => {
    answer.on('error', () => response.destroy());
    // It is between that proxy and this machine.
    if (viaProxy && answer.statusCode === 407) fail(proxyRefuses('407'));
    else if (writeHead(response, answer)) answer.pipe(response);
    else fail(noAnswer);
  });
  // Nobody has asked for another protocol.
  outgoing.once('upgrade', (_answer, upstream) => {
    upstream.destroy();
    fail(noAnswer);
  });
  outgoing.on('error', (error) => {
    fail(error.message);
  });
  if (isChunked || incoming.headers['content-length'] !== undefined) incoming.pipe(outgoing);
  else outgoing.end();
}

const noAnswer = 'its answer is not HTTP';

/** False where it is no answer that can be passed on. */
function writeHead(response: ServerResponse, answer: IncomingMessage): boolean {
  const { statusCode = 0, statusMessage = '' } = answer;
  if (statusCode < 200 || statusCode > 999) return false;
  try {
    const reason = statusMessage.replaceAll(/[^\t -~\x80-\xff]/g, '?');
    response.writeHead(statusCode, reason, passedHeaders(answer).flat());
    return true;
  } catch {
    return false;
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

export const denial = (denied: Denial, target: Target | undefined): Answer =>
  denialAnswer(denied, target?.host ?? '?', target?.port);

export const answerOf = (way: Exclude<Way, { connection: unknown }>, target: Target): Answer =>
  'denied' in way ? denial(way.denied, target) : unreachableAnswer(target.host, way.unreachable);

/** Ends once the client has it, or has gone. */
export async function say(
  response: ServerResponse,
  { status, reason, text }: Answer,
): Promise<void> {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, reason, {
    'Content-Type': 'text/plain; charset=utf-8',
    Connection: 'close',
  });
  response.end(text);
  await endOf(response);
}

function endOf(response: ServerResponse): Promise<void> {
  const client = response.req.socket;
  return new Promise((resolve) => {
    const finish = (): void => {
      client.off('close', finish);
      resolve();
    };
    if (client.destroyed || response.closed) finish();
    else {
      response.once('close', finish);
      client.once('close', finish);
    }
  });
}
