// A model that answers by rule behind the APIs of Anthropic, OpenAI and Google, for the real assistants to talk to in tests.

import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { answerTo, type Says } from './answer.ts';
import { anthropicEndpoints } from './anthropic.ts';
import type { Endpoint, FakeRequest, ModelEndpoint, Reply } from './endpoint.ts';
import { geminiEndpoints } from './gemini.ts';
import { chatEndpoints } from './openai-chat.ts';
import { responsesEndpoints } from './openai-responses.ts';

const endpoints: readonly Endpoint[] = [
  ...anthropicEndpoints,
  ...responsesEndpoints,
  ...chatEndpoints,
  ...geminiEndpoints,
];

export interface FakeModel {
  /** Without a path: some assistants want `/v1` behind it, GLM has `/api/anthropic`. */
  url: string;
  port: number;
  /** What was asked so far, oldest first. */
  requests: readonly FakeRequest[];
  close: () => Promise<void>;
}

export interface FakeModelOptions {
  /** Says of a request what the vendor would, before the model is asked; undefined lets it through. */
  vendor?: (request: FakeRequest) => Reply | Promise<Reply | undefined> | undefined;
  /** What the model says, where that is not by the rules of answer.ts. */
  says?: Says;
  /** Speaks TLS on this port, as the vendor itself. */
  tls?: { key: string; cert: string; port: number };
}

/**
 * Starts it on a port of its own. `address` is one of this machine: loopback, or the one that containers reach
 * (`hostAddressOnBridge`). The answers are in answer.ts.
 */
export async function startFakeModel(
  address = '127.0.0.1',
  { vendor, says, tls }: FakeModelOptions = {},
): Promise<FakeModel> {
  const requests: FakeRequest[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response, { requests, vendor, says }).catch((error: unknown) =>
      response.destroy(error as Error),
    );
  };
  const server = tls ? createTlsServer(tls, answer) : createServer(answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(tls?.port ?? 0, address, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://${address}:${port}`,
    port,
    requests,
    close: async () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  {
    requests,
    vendor,
    says,
  }: { requests: FakeRequest[] } & Record<'vendor', FakeModelOptions['vendor']> &
    Record<'says', FakeModelOptions['says']>,
): Promise<void> {
  const request = await read(incoming);
  requests.push(request);
  const said = await vendor?.(request);
  if (said !== undefined) {
    send(response, said);
    return;
  }
  const { method, path, body } = request;
  const endpoint = endpoints.find((one) => one.method === method && one.path.test(path));
  if (endpoint === undefined) response.writeHead(404).end(`no ${method} ${path} here`);
  else if ('fixed' in endpoint) send(response, endpoint.fixed);
  else if (body === undefined) response.writeHead(400).end('no JSON object');
  else send(response, await ask(endpoint, body, { request, says }));
}

async function read(incoming: IncomingMessage): Promise<FakeRequest> {
  const { method = 'GET', headers } = incoming;
  const path = new URL(incoming.url ?? '/', 'http://fake').pathname;
  const from = incoming.socket.remoteAddress ?? '';
  const content = await text(incoming);
  return { method, path, from, headers, text: content, body: parse(content) };
}

async function ask(
  endpoint: ModelEndpoint,
  body: object,
  { request, says }: { request: FakeRequest; says: Says | undefined },
): Promise<Reply> {
  const { answer, delay } = answerTo(endpoint.turnOf(body), says);
  if (delay > 0) await wait(delay);
  if (answer.kind === 'error')
    return { status: answer.status, json: endpoint.failure(answer.status) };
  return endpoint.reply(answer, request);
}

function send(response: ServerResponse, reply: Reply): void {
  if ('json' in reply) {
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(reply.json));
    return;
  }
  response.setHeader('content-type', 'text/event-stream');
  for (const { event, data } of reply.events) {
    if (event !== undefined) response.write(`event: ${event}\n`);
    response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
  }
  response.end();
}

function parse(content: string): object | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
