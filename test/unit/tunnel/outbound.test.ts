// Ways to the outside: what of this machine's own is never reached, and by which proxy of its own the rest goes.

import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { messageOf } from '../../../src/base/errors.ts';
import { attempts, connected, dialAny } from '../../../src/tunnel/dial.ts';
import { parseProxy, proxyFor, unusableProxies } from '../../../src/tunnel/host-proxies.ts';
import { echoServer, openEgress, serveOnLoopback } from '../../support/egress.ts';

const address = (cidr: string): NetworkInterfaceInfo => {
  const [plain = ''] = cidr.split('/');
  const common = { address: plain, netmask: '', mac: '', internal: false, cidr };
  return plain.includes(':')
    ? { ...common, family: 'IPv6', scopeid: 0 }
    : { ...common, family: 'IPv4' };
};
const interfaces = () => ({
  eth0: [
    ...[address('198.51.100.4/24'), address('2001:db8:1:2::4/64')],
    ...[address('2001:db8:2:2::4/128'), address('2001:db9::4/20')],
  ],
});

describe('this machine', () => {
  it.each([
    ...['198.51.100.4', '::ffff:198.51.100.4', '::ffff:c633:6404', '64:ff9b::c633:6404'],
    ...['2001:db8:1:2::4', '2001:0db8:0001:0002::0004', '2001:db8:1:2:ffff::1'],
    ...['2001:db8:2:2::4', '2001:db8:2:2:9::9', '2001:db9::4', '2001:db9:0:9::1'],
  ])('is not reached at its own address or network: %s', async (one) => {
    const egress = await openEgress({ addresses: { 'example.com': [one] }, interfaces });
    expect(await egress.ask('CONNECT example.com:443 HTTP/1.1\r\n\r\n')).toContain(
      'is at a private address',
    );
    expect(egress.uses).toEqual([{ host: 'example.com', port: 443, denied: 'private' }]);
    expect(egress.dialled).toEqual([]);
  });

  it.each(['198.51.100.5', '2001:db8:1:3::4', '2001:db8:2:3::4', '2001:db9:1::4'])(
    'has strangers around it: %s',
    async (one) => {
      const egress = await openEgress({ addresses: { 'example.com': [one] }, interfaces });
      await egress.ask('CONNECT example.com:443 HTTP/1.1\r\n\r\n');
      expect(egress.dialled).toEqual([`${one}:443`]);
    },
  );
});

describe('several addresses', () => {
  it('have seconds each, and say what each of them said', async () => {
    // Node's own are 250 milliseconds.
    const { autoSelectFamilyAttemptTimeout } = attempts(['203.0.113.7', '2001:db8::7'], 443);
    expect(autoSelectFamilyAttemptTimeout).toBeGreaterThanOrEqual(2000);
    const socket = dialAny(['127.0.0.1', '::1'], 1);
    const error: unknown = await connected(socket, 10_000).catch((caught: unknown) => caught);
    expect(messageOf(error)).toMatch(/^connect ECONNREFUSED 127\.0\.0\.1:1, connect E[A-Z]+ ::1:1/);
  });
});

/** A company's proxy that refuses what is not at port 443, as most do, and remembers what it was asked. */
async function webProxy(status = '403 No'): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createHttpServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(Number(status.slice(0, 3))).end('of the proxy');
  });
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(`CONNECT ${request.url}`);
    client.end(`HTTP/1.1 ${status}\r\n\r\n`);
  });
  return { port: await serveOnLoopback(server), asked };
}

describe('the proxy of this machine', () => {
  it('is not asked for ssh where that is reached without', async () => {
    const { port, asked } = await webProxy();
    const egress = await openEgress({
      ...{ port: await serveOnLoopback(echoServer('SSH-2.0-s\r\n')) },
      proxies: { https: `http://127.0.0.1:${port}` },
    });
    const answer = await egress.ask('CONNECT example.com:22 HTTP/1.1\r\n\r\n', 'SSH-2.0-s');
    expect(answer).toContain('200 Connection established');
    expect(egress.dialled).toEqual(['203.0.113.7:22']);
    expect(asked).toEqual([]);
  });

  it('is asked for ssh where that is not, but never for a private address', async () => {
    const { port, asked } = await webProxy();
    const proxies = { https: `http://127.0.0.1:${port}` };
    const egress = await openEgress({ proxies });
    expect(await egress.ask('CONNECT example.com:22 HTTP/1.1\r\n\r\n')).toContain(
      "this machine's proxy answers 403",
    );
    expect(asked).toEqual(['CONNECT example.com:22']);
    const home = await openEgress({ proxies, addresses: { 'example.com': ['10.0.0.1'] } });
    expect(await home.ask('CONNECT example.com:22 HTTP/1.1\r\n\r\n')).toContain('private address');
    expect(home.dialled).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it('for plain requests is HTTP_PROXY at every port', async () => {
    const { port, asked } = await webProxy('200 Yes');
    const egress = await openEgress({
      allowed: [{ host: 'example.com', port: 8080 }],
      proxies: { http: `http://127.0.0.1:${port}`, https: 'http://127.0.0.1:1' },
    });
    const get = 'GET http://example.com:8080/ HTTP/1.1\r\nHost: example.com:8080\r\n\r\n';
    expect(await egress.ask(get, 'of the proxy')).toContain('200 OK');
    expect(asked).toEqual(['GET http://example.com:8080/']);
    const target = { host: 'example.com', port: 80 };
    expect(proxyFor(target, 'tunnel', { http: 'a', https: 'b' })).toBe('b');
  });

  it('that wants another login is said to, to the client and afterwards', async () => {
    const { port } = await webProxy('407 Login');
    const proxy = `http://127.0.0.1:${port}`;
    const egress = await openEgress({ proxies: { http: proxy, https: proxy } });
    const why = "this machine's proxy answers 407 (it wants another login)";
    expect(await egress.ask('CONNECT example.com:443 HTTP/1.1\r\n\r\n')).toContain(why);
    const get = 'GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n';
    expect(await egress.ask(get)).toMatch(/^HTTP\/1\.1 502 [^]*answers 407/);
    expect(egress.uses.filter(({ failed }) => failed === why)).toHaveLength(2);
  });

  it('never hears TRACE, to which it may answer with its own password', async () => {
    const { port, asked } = await webProxy();
    const egress = await openEgress({ proxies: { http: `http://a:b@127.0.0.1:${port}` } });
    const trace = (url: string): string =>
      `TRACE ${url} HTTP/1.1\r\nHost: example.com\r\nMax-Forwards: 0\r\n\r\n`;
    expect(await egress.ask(trace('http://example.com/'))).toMatch(/^HTTP\/1\.1 405 /);
    const tunnel = `CONNECT example.com:80 HTTP/1.1\r\n\r\n${trace('/')}`;
    expect(await egress.ask(tunnel)).toMatch(/established\r\n\r\nHTTP\/1\.1 405 /);
    expect(asked).toEqual([]);
  });

  it('may have a password with signs that begin no escape', () => {
    expect(parseProxy('http://me:100%@p.test:3128').authorization).toBe(
      `Basic ${Buffer.from('me:100%').toString('base64')}`,
    );
    expect(parseProxy('http://me:p%40%zz%C3%A9@p.test').authorization).toBe(
      `Basic ${Buffer.from('me:p@%zzé').toString('base64')}`,
    );
  });

  it.each([
    [{ all: 'socks5://127.0.0.1:1080' }, ['ALL_PROXY']],
    [{ all: 'socks5://h:1', http: 'http://h', https: 'http://h' }, []],
    [{ all: 'http://h', http: 'ftp://h', https: '' }, ['HTTP_PROXY']],
    [{ http: 'h:3128', https: 'https://u:%@h' }, []],
    [{}, []],
  ])('is none that can be used: of %j these: %j', (proxies, names) => {
    expect(unusableProxies(proxies)).toEqual(names);
  });
});
