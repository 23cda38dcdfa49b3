// A company's proxy for tests: the only one who knows certain names, all of which lead to servers of the test on the loopback.

import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export class CorporateProxy {
  /** What it was asked for: `CONNECT git.test:22`, `GET http://web.test/`. */
  readonly asked: string[] = [];
  private readonly server = createServer();
  private readonly open = new Set<Socket>();

  /** @param ports by name, at whatever port it is asked for */
  constructor(private readonly ports: Readonly<Record<string, number>>) {
    this.server.on('connection', (socket: Socket) => {
      this.open.add(socket.on('error', () => undefined));
    });
    this.server.on('connect', (asked: IncomingMessage, client: Socket) => {
      this.asked.push(`CONNECT ${asked.url}`);
      const port = this.portOf(asked.url ?? '');
      if (port === undefined) {
        client.end('HTTP/1.1 502 Unknown\r\n\r\n');
        return;
      }
      const upstream = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      upstream.once('connect', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
      upstream.on('error', () => client.destroy()).once('close', () => client.destroy());
      client.once('close', () => upstream.destroy());
      client.pipe(upstream).pipe(client);
    });
    this.server.on('request', (asked, answer) => {
      this.asked.push(`${asked.method} ${asked.url}`);
      const { host, pathname: path } = new URL(asked.url ?? '');
      const port = this.portOf(host);
      if (port === undefined) answer.writeHead(502).end();
      else
        request({ host: '127.0.0.1', port, path, headers: { host } }, (found) => {
          answer.writeHead(found.statusCode ?? 502);
          found.pipe(answer);
        }).end();
    });
  }

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  /** What leads a program to it. */
  get env(): Record<string, string> {
    const url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return { HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: '' };
  }

  stop(): void {
    for (const socket of this.open) socket.destroy();
    this.server.close();
  }

  private portOf(authority: string): number | undefined {
    return this.ports[authority.replace(/:\d+$/, '')];
  }
}
