// What is seen of the user’s agent before a start: a real one, and for a Mac an ssh-add that stands for Apple’s.

import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { lookAtAgent } from '../../../src/launch/look-at-agent.ts';
import { findCommand } from '../../support/packages.ts';
import { generateKey, SshAgent } from '../../support/ssh-agent.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const look = (
  socket: string | undefined,
  platform: NodeJS.Platform = 'linux',
  environment: Record<string, string> = {},
) => lookAtAgent({ environment, home: '/' }, socket, platform);

async function startAgent(): Promise<SshAgent> {
  const agent = new SshAgent(path.join(temporaryDirectory(), 'agent'));
  await agent.start();
  onTestFinished(() => agent.kill());
  return agent;
}

it('is none without a socket', async () => {
  expect(await look(undefined)).toEqual({ kind: 'absent' });
});

it('is silent where nothing listens, and where nobody speaks its language', async () => {
  const socket = path.join(temporaryDirectory(), 'socket');
  expect(await look(socket)).toEqual({ kind: 'silent', socket });
  const server = createServer((client) => client.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  expect(await look(socket)).toEqual({ kind: 'silent', socket });
});

it('has so many keys', async () => {
  const agent = await startAgent();
  expect(await look(agent.socket)).toEqual({ kind: 'keys', count: 0 });
  await agent.add(generateKey(temporaryDirectory(), 'ed25519').file);
  expect(await look(agent.socket)).toEqual({ kind: 'keys', count: 1 });
});

it('gets those of the keychain where it is empty, on a Mac', async () => {
  const agent = await startAgent();
  const directory = temporaryDirectory();
  const { file } = generateKey(directory, 'ed25519');
  const program = path.join(directory, 'ssh-add');
  const real = findCommand('ssh-add') ?? 'ssh-add';
  writeFileSync(
    program,
    `#!/bin/sh\n[ "$1" = --apple-load-keychain ] && exec ${real} -q ${file}\n`,
  );
  chmodSync(program, 0o755);
  const environment = { PATH: directory };
  expect(await look(agent.socket, 'linux', environment)).toEqual({ kind: 'keys', count: 0 });
  expect(await look(agent.socket, 'darwin', environment)).toEqual({ kind: 'keys', count: 1 });
});
