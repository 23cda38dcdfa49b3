// A socket between `ai` and the real engine, for tests that have to stop, change or see what goes over it.

import { chmodSync, mkdirSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Socket } from 'node:net';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryDirectory } from './test-directory.ts';

export interface EngineProxy {
  /** For DOCKER_HOST and --host. */
  host: string;
  /** The first line of every request, as `POST /containers/create?name=… HTTP/1.1`. */
  requests: readonly string[];
}

export interface ProxyRules {
  /** Called with the first line of each request; the request goes on when it resolves, and breaks off if it rejects. */
  before?: (request: string) => Promise<void> | void;
  /** Called when the engine has begun to answer to that request; the answer goes on when it resolves. */
  after?: (request: string) => Promise<void> | void;
  /** What becomes of the engine's answers. */
  change?: (answer: string) => string;
  /** Where it listens, below a new directory: makes of engines are known by that. */
  at?: string;
}

const engineSocket = (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').replace(
  'unix://',
  '',
);

/** Opens one for the test that runs. A request has to come in one piece, as the launcher's do. */
export async function openEngineProxy({
  before,
  after,
  change,
  at = 'engine.sock',
}: ProxyRules): Promise<EngineProxy> {
  const socket = path.join(temporaryDirectory(), at);
  mkdirSync(path.dirname(socket), { recursive: true });
  const requests: string[] = [];
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = createConnection({ path: engineSocket, allowHalfOpen: true });
    for (const end of [client, engine]) open.add(end.on('error', () => undefined));
    client.once('close', () => engine.destroy());
    let request = '';
    client.once('data', (head) => {
      client.pause();
      request = head.toString('latin1').split('\r\n', 1)[0] ?? '';
      requests.push(request);
      new Promise<void>((resolve) => {
        resolve(before?.(request));
      }).then(
        () => {
          engine.write(head);
          client.pipe(engine);
        },
        () => client.destroy(),
      );
    });
    const passOn = (data: Buffer): void => {
      client.write(change ? Buffer.from(change(data.toString('latin1')), 'latin1') : data);
    };
    engine.once('data', (first: Buffer) => {
      engine.pause();
      Promise.resolve(after?.(request)).then(
        () => {
          passOn(first);
          engine.on('data', passOn).resume();
        },
        () => client.destroy(),
      );
    });
    engine.once('end', () => client.end());
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  // For whichever user the test starts.
  chmodSync(socket, 0o666);
  onTestFinished(() => {
    for (const end of open) end.destroy();
    server.close();
  });
  return { host: `unix://${socket}`, requests };
}
