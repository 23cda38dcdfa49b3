// Which engine answers at a socket, if one does.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { askEngine, versionAt } from '../../../src/launch/engine-version.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

async function socketOf(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const socket = path.join(temporaryDirectory(), 'engine.sock');
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(() => void server.close());
  return socket;
}

it.each([
  ['Docker/26.1.5+dfsg1 (linux)', 200, '{"Version":"26.1.5+dfsg1"}', 'Docker Engine 26.1.5'],
  ['Docker/28.2.2 (linux)', 200, '{"Version":"28.2.2"}', 'Docker Engine 28.2.2'],
  ['Libpod/4.3.1 (linux)', 200, '{"Version":"4.3.1"}', 'Podman 4.3.1'],
  ['nginx', 404, '{}', 'silent'],
  ['nginx', 200, '<html>', 'silent'],
])('%s, %i, %s: %s', async (server, status, body, expected) => {
  const path = await socketOf((_request, response) => {
    response.writeHead(status, { server }).end(body);
  });
  const answer = await askEngine({ kind: 'unix', path });
  expect(typeof answer === 'string' ? answer : `${answer.make} ${answer.version}`).toBe(expected);
});

it('nothing that listens is silent', async () => {
  expect(await askEngine({ kind: 'unix', path: '/nowhere/engine.sock' })).toBe('silent');
  expect(await versionAt('/nowhere/engine.sock')).toBeUndefined();
});
