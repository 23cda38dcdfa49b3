// How ssh inside gets out, as a shell runs it: through socat, and where there is none through node.

import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { egressProxyCommand } from '../../../src/plan/egress.ts';
import { findCommand } from '../../support/packages.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

/** An HTTP proxy that knows one host, at which everything comes back. */
async function startProxy(): Promise<number> {
  const server = createServer();
  server.on('connect', (asked: IncomingMessage, client: Socket) => {
    if (asked.url !== 'git.example.com:2222') client.end('HTTP/1.1 403 Not allowed\r\n\r\n');
    else {
      client.write('HTTP/1.1 200 OK\r\n\r\nSSH-2.0-first\n');
      client.pipe(client);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function connect(
  programs: readonly string[],
  host: string,
): Promise<{ code: number; out: string }> {
  const bin = path.join(temporaryDirectory(), 'bin');
  mkdirSync(bin);
  for (const name of programs) symlinkSync(findCommand(name) ?? name, path.join(bin, name));
  const command = egressProxyCommand({ port: await startProxy() })
    .replaceAll('%h', host)
    .replaceAll('%p', '2222');
  // As ssh does (sshconnect.c).
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], { env: { PATH: bin } });
  child.stdin.on('error', () => undefined);
  child.stdin.end('SSH-2.0-second\n');
  const out = text(child.stdout);
  const [code] = (await once(child, 'close')) as [number];
  return { code, out: await out };
}

const both = 'SSH-2.0-first\nSSH-2.0-second\n';

it('is node’s own work where there is no socat', async () => {
  expect(await connect(['sh', 'node'], 'git.example.com')).toEqual({ code: 0, out: both });
  expect(await connect(['sh', 'node'], 'evil.example.com')).toEqual({ code: 1, out: '' });
});
