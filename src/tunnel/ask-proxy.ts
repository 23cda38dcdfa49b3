// Asking this machine's proxy for a way to a host (CONNECT), and what it says to that.

import type { Socket } from 'node:net';
import type { Target } from './egress-policy.ts';
import { proxyRefuses } from './host-proxies.ts';

/** Milliseconds. */
const patience = 30_000;
/** Bytes of what a proxy says before it lets through. */
const longestHead = 16 * 1024;

/** @throws what it says where it does not let through */
export async function askForTunnel(
  socket: Socket,
  { host, port }: Target,
  authorization: string | undefined,
): Promise<void> {
  const lines = [
    `CONNECT ${host}:${port} HTTP/1.1`,
    `Host: ${host}:${port}`,
    ...(authorization === undefined ? [] : [`Proxy-Authorization: ${authorization}`]),
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const head = await readHead(socket);
  const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(head) ?? [];
  if (!status?.startsWith('2')) throw new Error(proxyRefuses(status));
}

/** Up to the empty line; what comes behind it stays in the socket. */
function readHead(socket: Socket): Promise<string> {
  let data = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const finish = (end: () => void): void => {
      clearTimeout(timer);
      socket.pause().off('data', take).off('end', fail).off('close', fail);
      end();
    };
    const fail = (): void => {
      finish(() => {
        reject(new Error("this machine's proxy breaks off"));
      });
    };
    const timer = setTimeout(fail, patience);
    const take = (part: Buffer): void => {
      data = Buffer.concat([data, part]);
      const end = data.indexOf('\r\n\r\n');
      if (end < 0 && data.length > longestHead) fail();
      if (end < 0) return;
      finish(() => {
        if (data.length > end + 4) socket.unshift(data.subarray(end + 4));
        resolve(data.toString('latin1', 0, end));
      });
    };
    socket.on('data', take).on('end', fail).on('close', fail);
  });
}
