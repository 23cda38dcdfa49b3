// Which of several sockets is used: the first that takes a connection.

import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { firstLive } from '../../../src/launch/live-engine.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

async function makeSocket(isLive: boolean): Promise<string> {
  const directory = temporaryDirectory();
  const server = createServer((socket) => socket.destroy());
  await once(server.listen(path.join(directory, 'first')), 'listening');
  const socket = path.join(directory, 's');
  // Closing removes the file where it was: this one stays, as that of an engine that was killed.
  renameSync(path.join(directory, 'first'), socket);
  if (isLive)
    onTestFinished(() => {
      server.close();
    });
  else await once(server.close(), 'close');
  return socket;
}

it.each([
  ['live live', 0, 0],
  ['dead live', 1, 1],
  ['dead dead live', 2, 2],
  ['dead dead', undefined, 2],
])('%s', async (kinds, expected, deadCount) => {
  const sockets: string[] = [];
  for (const kind of kinds.split(' ')) sockets.push(await makeSocket(kind === 'live'));
  const { live, dead } = await firstLive(sockets);
  expect(live).toBe(expected === undefined ? undefined : sockets[expected]);
  expect(dead).toEqual(sockets.slice(0, deadCount));
});
