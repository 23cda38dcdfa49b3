// The egress proxy as programs inside use it, and as hostile ones try to.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeLastBytes } from '../../../src/tunnel/first-bytes.ts';
import {
  connectTo,
  echoServer,
  openEgress,
  serveOnLoopback,
  tunnel,
  webServer,
} from '../../support/egress.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const socks = (name: string, port: number, command = 1): Buffer =>
  Buffer.concat([
    Buffer.from([5, 1, 0, 5, command, 0, 3, Buffer.byteLength(name)]),
    Buffer.from(name),
    Buffer.from([port >> 8, port & 255]),
  ]);

/** The next words. */
async function hear(client: Socket): Promise<string> {
  client.resume();
  const [data] = (await once(client, 'data')) as [Buffer];
  return data.toString();
}

const certificate = (name: string): { key: Buffer; cert: Buffer } => {
  const directory = temporaryDirectory();
  const [key, cert] = [path.join(directory, 'key'), path.join(directory, 'cert')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`],
      ...['-keyout', key, '-out', cert],
    ],
    { stdio: 'pipe' },
  );
  return { key: readFileSync(key), cert: readFileSync(cert) };
};

describe('what is allowed', () => {
  it('goes through CONNECT, with TLS that asks for the same host', async () => {
    const { key, cert } = certificate('api.example.com');
    const server = createTlsServer({ key, cert }, (client) => client.end('hello'));
    const port = await serveOnLoopback(server);
    const egress = await openEgress({ port, addresses: { 'api.example.com': ['203.0.113.9'] } });
    const socket = await tunnel(egress, 'API.Example.com.:443');
    const client = connectTls({ socket, servername: 'api.example.com', ca: cert });
    expect(await text(client)).toBe('hello');
    expect(egress.dialled).toEqual(['203.0.113.9:443']);
    expect(egress.uses).toEqual([{ host: 'api.example.com', port: 443 }]);
  });

  it('goes through plain HTTP, written anew, with what is between the two ends left out', async () => {
    const { port, seen } = await webServer();
    const egress = await openEgress({ port });
    const answer = await egress.ask(
      [
        'POST http://Example.com/a/b?c=%2e HTTP/1.1',
        'Host: other.example',
        'Proxy-Authorization: Basic secret',
        'X-Own: 1',
        'Connection: close, X-Own',
        'X-Kept: 2',
        'Transfer-Encoding: chunked',
        '',
        '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
      ].join('\r\n'),
    );
    expect(answer).toContain('HTTP/1.1 200 OK');
    expect(answer).toContain('X-Answer: yes');
    expect(answer).toContain('POST /a/b?c=%2e example.com [abcde]');
    const [{ headers } = { headers: {} }] = seen;
    expect(headers).toMatchObject({ 'x-kept': '2' });
    expect(Object.keys(headers)).not.toContain('x-own');
    expect(Object.keys(headers)).not.toContain('proxy-authorization');
  });

  it('goes through one connection of plain HTTP request by request', async () => {
    const { port } = await webServer();
    const egress = await openEgress({ port });
    const get = 'GET http://example.com/1 HTTP/1.1\r\nHost: example.com\r\n\r\n';
    const other = 'GET http://evil.test/2 HTTP/1.1\r\nHost: example.com\r\n\r\n';
    const answer = await egress.ask(get + other);
    expect(answer).toMatch(/200 OK[^]*GET \/1[^]*403 /);
  });

  it('goes through SOCKS5 by name', async () => {
    const { port } = await webServer();
    const egress = await openEgress({ port });
    const get = 'GET /s HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n';
    const answer = await egress.ask(Buffer.concat([socks('example.com', 80), Buffer.from(get)]));
    expect(answer.slice(0, 12)).toBe('\x05\x00\x05\x00\x00\x01\0\0\0\0\0\0');
    expect(answer).toContain('GET /s example.com []');
  });

  it('may be ssh, and hears what the host says before it speaks', async () => {
    const port = await serveOnLoopback(echoServer('SSH-2.0-server\r\n'));
    const egress = await openEgress({ port });
    const client = await tunnel(egress, 'example.com:22');
    expect(await hear(client)).toBe('SSH-2.0-server\r\n');
    client.write('SSH-');
    client.end('2.0-client\r\n');
    expect(await text(client)).toBe('SSH-2.0-client\r\n');
  });

  it('may be anything at a port that was named', async () => {
    const port = await serveOnLoopback(echoServer());
    const egress = await openEgress({ port, allowed: [{ host: 'example.com', port: 5432 }] });
    const client = await tunnel(egress, 'example.com:5432');
    client.end(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
    expect([...Buffer.from(await text(client), 'latin1')].length).toBeGreaterThan(0);
    expect(egress.uses).toEqual([{ host: 'example.com', port: 5432 }]);
  });

  it('may begin there like HTTP', async () => {
    const port = await serveOnLoopback(echoServer());
    const egress = await openEgress({ port, allowed: [{ host: 'example.com', port: 587 }] });
    const client = await tunnel(egress, 'example.com:587');
    client.end('EHLO me\r\n');
    expect(await text(client)).toBe('EHLO me\r\n');
  });

  it('takes and gives much, to the last byte', async () => {
    const port = await serveOnLoopback(echoServer());
    const egress = await openEgress({ port });
    const client = await tunnel(egress, 'example.com:22');
    const data = Buffer.concat([Buffer.from('SSH-'), Buffer.alloc(8 * 1024 ** 2, 'x')]);
    client.end(data);
    let length = 0;
    for await (const part of client) length += (part as Buffer).length;
    expect(length).toBe(data.length);
  });

  it('that does not answer is said to be out of reach', async () => {
    const egress = await openEgress({ port: 1 });
    expect(await egress.ask(connectTo('example.com:443'))).toMatch(
      /^HTTP\/1\.1 502 example\.com cannot be reached\r\n[^]*ai: example\.com is allowed, but cannot/,
    );
    const answer = await egress.ask(socks('example.com', 443));
    expect(answer.charCodeAt(3)).toBe(4);
    expect(egress.uses[0]).toEqual({
      ...{ host: 'example.com', port: 443, failed: 'connect ECONNREFUSED 127.0.0.1:1' },
    });
  });
});

describe('a hostile target', () => {
  it.each([
    ['another host', 'evil.test:443'],
    ['a host that only ends like it', 'evilexample.com:443'],
    ['a host that only begins like it', 'example.com.evil.test:443'],
    ['an address', '203.0.113.7:443'],
    ['the loopback', '127.0.0.1:443'],
    ['an address of IPv6', '[::1]:443'],
    ['an address as one number', '2130706433:443'],
    ['an address in hex', '0x7f000001:443'],
    ['an address in octal', '0177.0.0.1:443'],
    ['a short address', '127.1:443'],
    ['a user', 'example.com@evil.test:443'],
    ['a user with the port', 'example.com:443@evil.test:443'],
    ['a zero', 'evil.test\0.example.com:443'],
    ['an escaped zero', 'evil.test%00.example.com:443'],
    ['an escaped dot', 'evil.test%2eexample.com:443'],
    ['another port', 'example.com:25'],
    ['no port', 'example.com'],
    ['port 0', 'example.com:0'],
    ['two dots at its end', 'example.com..:443'],
    ['white space', 'example.com :443'],
    ['a path', 'example.com/@evil.test:443'],
    ['a backslash', 'evil.test\\.example.com:443'],
    ['digits of another width', 'ï¼\x91ï¼\x92ï¼\x97.0.0.1:443'],
  ])('is refused: %s', async (_name, authority) => {
    const egress = await openEgress({
      addresses: { 'evil.test': ['203.0.113.66'], 'example.com': ['203.0.113.7'] },
    });
    const answers = [
      await egress.ask(connectTo(authority)),
      // These two are nothing bad there.
      ...(/^example\.com($|\/)/.test(authority)
        ? []
        : [await egress.ask(`GET http://${authority}/ HTTP/1.1\r\nHost: example.com\r\n\r\n`)]),
    ];
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 (403|400) /);
    const name = authority.replace(/:\d+$/, '');
    const port = Number(/:(\d+)$/.exec(authority)?.[1] ?? 25);
    expect((await egress.ask(socks(name, port))).slice(0, 4)).toBe('\x05\x00\x05\x02');
    expect(egress.dialled).toEqual([]);
    expect(egress.uses.every(({ denied }) => denied !== undefined)).toBe(true);
    expect(egress.uses.length).toBeGreaterThan(0);
  });

  it('is told what would allow it', async () => {
    const egress = await openEgress();
    const answer = await egress.ask(connectTo('evil.test:443'));
    expect(answer).toMatch(
      /^HTTP\/1\.1 403 evil\.test is not allowed: ai net allow evil\.test\r\n/,
    );
    expect(answer).toContain('ai: evil.test is not allowed in this run (network: allowlist).\n');
    expect(answer).toContain('On the host, for the next run: ai net allow evil.test\n');
    expect(await egress.ask(connectTo('example.com:8443'))).toContain(
      'ai net allow example.com:8443\n',
    );
    expect(await egress.ask(connectTo('evil.test:8443'))).toContain(
      'ai net allow evil.test:8443\n',
    );
    expect(egress.uses).toEqual([
      { host: 'evil.test', port: 443, denied: 'host' },
      { host: 'example.com', port: 8443, denied: 'port' },
      { host: 'evil.test', port: 8443, denied: 'host' },
    ]);
  });

  it.each(['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1', '::ffff:192.168.1.1', 'fd00::1'])(
    'that resolves to %s is refused',
    async (address) => {
      const egress = await openEgress({ addresses: { 'example.com': [address] } });
      expect(await egress.ask(connectTo('example.com:443'))).toContain('is at a private address');
      const get = 'GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n';
      expect(await egress.ask(get)).toMatch(/^HTTP\/1\.1 403 /);
      expect((await egress.ask(socks('example.com', 443))).charCodeAt(3)).toBe(2);
      expect(egress.dialled).toEqual([]);
    },
  );

  it('of several addresses is connected to at those that were checked, without asking again', async () => {
    const port = await serveOnLoopback(echoServer());
    const egress = await openEgress({
      ...{ port, addresses: { 'example.com': ['10.0.0.1', '203.0.113.7', '::1', '2001:db8::7'] } },
    });
    await tunnel(egress, 'example.com:22');
    expect(egress.dialled).toEqual(['203.0.113.7:22', '2001:db8::7:22']);
  });

  it('in TLS is refused where the name is another one, or none, and the host hears nothing of it', async () => {
    let heard = 0;
    const port = await serveOnLoopback(
      echoServer().on('connection', (client: Socket) => {
        client.on('data', (data: Buffer) => (heard += data.length));
      }),
    );
    const egress = await openEgress({ port });
    for (const servername of ['evil.test', undefined]) {
      const socket = await tunnel(egress, 'example.com:443');
      const client = connectTls({ socket, ...(servername !== undefined && { servername }) });
      const [error] = (await once(client, 'error')) as [Error];
      expect(error.message).toMatch(/unrecognized name/i);
    }
    expect(heard).toBe(0);
    expect(egress.uses.filter(({ denied }) => denied === 'name')).toHaveLength(2);
  });

  it('in plain HTTP over a tunnel is refused where the Host is another one, at the second request too', async () => {
    const { port, seen } = await webServer();
    const egress = await openEgress({ port });
    for (const open of [connectTo('example.com:80'), socks('example.com', 80)]) {
      const client = await egress.open();
      client.write(open);
      const get = (host: string): string => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
      client.write(get('example.com') + get('evil.test'));
      expect(await text(client)).toMatch(/200 OK[^]*GET \/ example\.com[^]*403 /);
    }
    expect(seen).toHaveLength(2);
  });

  it('by an address of SOCKS5 is refused as such, and shown as it is', async () => {
    const egress = await openEgress();
    for (const [type, bytes] of [
      [1, [203, 0, 113, 7]],
      [4, [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]],
    ] as const) {
      const answer = await egress.ask(Buffer.from([5, 1, 0, 5, 1, 0, type, ...bytes, 1, 0xbb]));
      expect(answer.slice(0, 4)).toBe('\x05\x00\x05\x08');
    }
    expect(egress.uses).toEqual([
      { host: '203.0.113.7', port: 443, denied: 'malformed' },
      { host: '[2001:db8:0:0:0:0:0:7]', port: 443, denied: 'malformed' },
    ]);
    expect(egress.dialled).toEqual([]);
  });

  it('in TLS that is malformed is refused for its name, where no port would help', async () => {
    const port = await serveOnLoopback(echoServer());
    const allowed = [{ host: 'example.com', port: 8443 }];
    const egress = await openEgress({ port, allowed });
    const client = await tunnel(egress, 'example.com:8443');
    client.write(Buffer.from([0x16, 3, 1, 0, 0]));
    expect(await text(client)).toContain('\x15');
    expect(egress.uses.at(-1)).toMatchObject({ denied: 'name' });
    const part = Buffer.from([0x16, 3, 1]);
    expect(judgeLastBytes(part, true)).toEqual({ denied: 'name' });
    expect(judgeLastBytes(Buffer.from('SS'), true)).toBe('pass');
    expect(judgeLastBytes(Buffer.from('SS'), false)).toEqual({ denied: 'protocol' });
  });

  it('over a tunnel that speaks nothing with a name is refused', async () => {
    const port = await serveOnLoopback(echoServer());
    const egress = await openEgress({ port });
    for (const words of ['\0\0\0\x08', 'PRI * HTTP/2.0\r\n', 'helo me\r\n']) {
      const client = await tunnel(egress, 'example.com:443');
      client.write(words);
      expect(await text(client)).toBe('');
    }
    expect(egress.uses.filter(({ denied }) => denied === 'protocol')).toHaveLength(3);
  });

  it('cannot be smuggled behind another request', async () => {
    const { port, seen } = await webServer();
    const egress = await openEgress({ port });
    const inner = 'GET http://evil.test/ HTTP/1.1\r\nHost: evil.test\r\n\r\n';
    const request = (headers: string): string =>
      `GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n${headers}\r\n${inner}`;
    for (const headers of [
      `Content-Length: ${inner.length}\r\nTransfer-Encoding: chunked\r\n`,
      `Content-Length: ${inner.length}\r\nContent-Length: 0\r\n`,
      'Transfer-Encoding : chunked\r\n',
      'Transfer-Encoding: xchunked\r\n',
    ])
      await egress.ask(request(headers));
    await egress.ask(request(`Content-Length: ${inner.length}\r\n`), inner);
    expect(seen.map(({ url, headers }) => `${headers.host}${url}`)).toEqual(['example.com/']);
  });
});

describe('anything else that a client may say', () => {
  it('ends in a refusal, or nothing, and never in a connection or a crash', async () => {
    const isAllowed = (host: string): boolean => /(^|\.)example\.com$/.test(host);
    // Whatever else is asked for would be found.
    const addresses = (host: string): string[] => [
      isAllowed(host) ? '203.0.113.7' : '203.0.113.66',
    ];
    const egress = await openEgress({ addresses });
    const token = fc.constantFrom(
      ...[
        'CONNECT ',
        'GET ',
        'http://',
        'example.com',
        'evil.test',
        ':443',
        ':80',
        '@',
        '%2e',
        '.',
      ],
      ...[' HTTP/1.1\r\n', 'Host: ', '\r\n', '\r\n\r\n', '\0', '\x05\x01\x00', '\x05\x01\x00\x03'],
      ...['\x16\x03\x01', '127.0.0.1', '[::1]', 'Transfer-Encoding: chunked', 'Content-Length: 5'],
    );
    const pieces = ['example.com', 'evil.test', '.', 'x', '@', '%2e', '\0', '/', '[::1]', ':443'];
    const name = fc.string({ unit: fc.constantFrom(...pieces), minLength: 1, maxLength: 4 });
    const wellMeant = fc
      .tuple(name, fc.constantFrom(80, 443, 22, 25))
      .chain(([host, port]) =>
        fc.constantFrom(
          ...[connectTo(`${host}:${port}`), socks(host, port).toString('latin1')],
          `GET http://${host}:${port}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
        ),
      );
    const words = fc.oneof(
      wellMeant,
      fc.array(token, { minLength: 1, maxLength: 12 }).map((all) => all.join('')),
      fc
        .uint8Array({ minLength: 1, maxLength: 200 })
        .map((all) => Buffer.from(all).toString('latin1')),
    );
    await fc.assert(
      fc.asyncProperty(words, async (said) => {
        const client = connect({ path: egress.socket });
        client.on('error', () => undefined);
        client.end(Buffer.from(said, 'latin1'));
        client.resume();
        await once(client, 'close');
      }),
      // One at least that gets through, whatever is made up.
      { numRuns: 500, examples: [[connectTo('example.com:443')]] },
    );
    expect(egress.dialled.filter((one) => !/^203\.0\.113\.7:(80|443|22)$/.test(one))).toEqual([]);
    const reached = egress.uses.filter(({ denied }) => denied === undefined);
    expect(reached.filter(({ host }) => !isAllowed(host))).toEqual([]);
    expect(reached.length).toBeGreaterThan(0);
  });

  it('leaves the next client as it was', async () => {
    const { port } = await webServer();
    const egress = await openEgress({ port });
    const gone = await egress.open();
    gone.write('GET http://exam');
    gone.destroy();
    const get =
      'GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n';
    expect(await egress.ask(get)).toContain('200 OK');
    // A connection that is lost is no host that was refused.
    expect(egress.uses).toEqual([{ host: 'example.com', port: 80 }]);
  });

  it('is no refusal where it breaks off', async () => {
    const egress = await openEgress();
    for (const words of [
      'GET http://exam',
      `${connectTo('example.com:80')}GET /`,
      `${connectTo('example.com:80')}GE`,
    ]) {
      const client = await egress.open();
      client.resume();
      client.end(words);
      await once(client, 'close');
    }
    expect(egress.uses).toEqual([]);
  });
});

describe('behind the proxy of this machine', () => {
  /** A proxy that leads everything to one port, and remembers what it was asked. */
  const corporate = async (to: number): Promise<{ port: number; asked: string[] }> => {
    const asked: string[] = [];
    const server = createHttpServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization']}`);
      response.end('from the proxy');
    });
    server.on('connect', (request: IncomingMessage, client: Socket) => {
      asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization']}`);
      const upstream = connect(to, '127.0.0.1');
      upstream.on('error', () => client.destroy());
      client.on('error', () => undefined);
      client.write('HTTP/1.1 200 Yes\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    return { port: await serveOnLoopback(server), asked };
  };

  it('everything goes through it, also what cannot be looked up here', async () => {
    const { port, asked } = await corporate(await serveOnLoopback(echoServer('SSH-2.0-s\r\n')));
    const proxy = `http://me:pass%40word@127.0.0.1:${port}`;
    const egress = await openEgress({
      ...{ addresses: {}, proxies: { http: proxy, https: proxy, none: 'direct.example.com' } },
    });
    const client = await tunnel(egress, 'example.com:22');
    expect(await hear(client)).toBe('SSH-2.0-s\r\n');
    const get = 'GET http://example.com/x HTTP/1.1\r\nHost: example.com\r\n\r\n';
    expect(await egress.ask(get, 'from the proxy')).toContain('200 OK');
    const secret = `Basic ${Buffer.from('me:pass@word').toString('base64')}`;
    expect(asked).toEqual([
      `CONNECT example.com:22 ${secret}`,
      `GET http://example.com/x ${secret}`,
    ]);
    expect(egress.dialled).toEqual([]);
  });

  it('what is refused stays so, by name and by address', async () => {
    const { port, asked } = await corporate(1);
    const egress = await openEgress({
      ...{ addresses: { 'example.com': ['10.0.0.1'] }, proxies: { all: `127.0.0.1:${port}` } },
    });
    expect(await egress.ask(connectTo('evil.test:443'))).toContain('403 ');
    expect(await egress.ask(connectTo('example.com:443'))).toContain('private address');
    expect(asked).toEqual([]);
  });

  it('NO_PROXY goes past it', async () => {
    const { port, asked } = await corporate(1);
    const egress = await openEgress({
      ...{
        port: await serveOnLoopback(echoServer('hi')),
        proxies: { https: `http://127.0.0.1:${port}`, none: '.example.com' },
      },
    });
    await tunnel(egress, 'example.com:443');
    expect(asked).toEqual([]);
    expect(egress.dialled).toEqual(['203.0.113.7:443']);
  });

  it('of another kind, nothing goes out', async () => {
    const egress = await openEgress({ proxies: { all: 'socks5://127.0.0.1:1080' } });
    expect(await egress.ask(connectTo('example.com:443'))).toContain('proxy is not an HTTP proxy');
    expect(egress.dialled).toEqual([]);
  });
});
