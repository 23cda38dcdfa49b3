// A model behind Anthropic's Messages API that answers by rule, for the real assistants to talk to in tests.

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { answerTo } from './answer.ts';
import type { MessagesRequest } from './answer.ts';
import { sendAnswer } from './wire.ts';

export interface FakeAnthropic {
  /** For ANTHROPIC_BASE_URL. */
  url: string;
  port: number;
  /** What was asked so far, oldest first. */
  requests: readonly FakeRequest[];
  close: () => Promise<void>;
}

export interface FakeRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  /** The parsed body; undefined where there was none. */
  body: MessagesRequest | undefined;
}

/**
 * Starts it on a port of its own. `address` is one of this machine: loopback, or the one that containers reach
 * (`hostAddressOnBridge`). The answers are in answer.ts.
 */
export async function startFakeAnthropic(address = '127.0.0.1'): Promise<FakeAnthropic> {
  const requests: FakeRequest[] = [];
  const server = createServer((request, response) => {
    serve(request, response, requests).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, address, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address}:${port}`,
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
  request: IncomingMessage,
  response: ServerResponse,
  requests: FakeRequest[],
): Promise<void> {
  const { method = 'GET', headers } = request;
  const path = new URL(request.url ?? '/', 'http://fake').pathname;
  const body = method === 'POST' ? ((await json(request)) as MessagesRequest) : undefined;
  requests.push({ method, path, headers, body });

  if (method === 'HEAD' && path === '/') response.end();
  else if (body !== undefined && path.endsWith('/messages/count_tokens'))
    response.setHeader('content-type', 'application/json').end('{"input_tokens":12}');
  else if (body !== undefined && path.endsWith('/messages')) {
    const { answer, delay } = answerTo(body);
    if (delay > 0) await wait(delay);
    sendAnswer(response, answer, body);
  } else response.writeHead(404).end(`no ${method} ${path} here`);
}
