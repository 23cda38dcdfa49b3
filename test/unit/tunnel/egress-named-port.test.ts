// A port that the user has named with a host: whatever speaks there passes, but what names another host is refused as elsewhere.

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import {
  connectTo,
  echoServer,
  openEgress,
  serveOnLoopback,
  tunnel,
  webServer,
} from '../../support/egress.ts';

const allowed = [{ host: 'example.com', port: 8443 }];

describe('at a port that the user has named', () => {
  it('TLS passes with the right name only, and the host hears nothing of another one', async () => {
    let heard = 0;
    const server = echoServer().on('connection', (client: Socket) => {
      client.on('data', (data: Buffer) => (heard += data.length));
    });
    const egress = await openEgress({ allowed, port: await serveOnLoopback(server) });
    const errorOf = async (servername?: string): Promise<string> => {
      const socket = await tunnel(egress, 'example.com:8443');
      const client = connectTls({ socket, ...(servername !== undefined && { servername }) });
      const [error] = (await once(client, 'error')) as [Error];
      return error.message;
    };
    expect(await errorOf('evil.test')).toMatch(/unrecognized name/i);
    expect(await errorOf()).toMatch(/unrecognized name/i);
    expect(heard).toBe(0);
    const refused = { host: 'example.com', port: 8443, denied: 'name' };
    expect(egress.uses.filter(({ denied }) => denied)).toEqual([refused, refused]);
    // Its own words come back, which are no answer.
    expect(await errorOf('example.com')).not.toMatch(/unrecognized name/i);
    expect(heard).toBeGreaterThan(0);
  });

  it('HTTP passes with the right Host only', async () => {
    const { port, seen } = await webServer();
    const egress = await openEgress({ allowed, port });
    const ask = async (host: string): Promise<string> => {
      const client = await egress.open();
      client.write(connectTo('example.com:8443'));
      client.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      return text(client);
    };
    expect(await ask('evil.test')).toMatch(/200 Connection established[^]*HTTP\/1\.1 403 /);
    expect(await ask('example.com:443')).toMatch(/HTTP\/1\.1 403 /);
    expect(seen).toHaveLength(0);
    for (const host of ['example.com', 'example.com:8443'])
      expect(await ask(host)).toMatch(/200 OK[^]*GET \/ example\.com:8443/);
    expect(seen).toHaveLength(2);
  });

  it('what speaks neither passes', async () => {
    const egress = await openEgress({ allowed, port: await serveOnLoopback(echoServer()) });
    const client = await tunnel(egress, 'example.com:8443');
    client.write('\0\0\0\x08');
    client.resume();
    expect(String(await once(client, 'data'))).toBe('\0\0\0\x08');
  });
});
