import fc from 'fast-check';
import { connect } from 'node:tls';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readClientHello } from '../../../src/tunnel/client-hello.ts';
import { readGreeting, readRequest } from '../../../src/tunnel/socks-frames.ts';

/** What a real client sends. */
export function helloFor(servername?: string): Promise<Buffer> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read: () => undefined,
      write: (data: Buffer) => {
        resolve(data);
        wire.destroy();
      },
    });
    connect({ socket: wire, ...(servername !== undefined && { servername }) }).on(
      'error',
      () => undefined,
    );
  });
}

/** The same message in records of that many bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    records.push(Buffer.from([0x16, 3, 1, part.length >> 8, part.length & 255]), part);
  }
  return Buffer.concat(records);
}

describe('the first words of TLS', () => {
  it('name the host, however they are cut', async () => {
    const hello = await helloFor('api.example.com');
    expect(readClientHello(hello)).toEqual({ kind: 'hello', name: 'api.example.com' });
    for (const size of [1, 7, 100])
      expect(readClientHello(inRecords(hello, size))).toEqual({
        kind: 'hello',
        name: 'api.example.com',
      });
    for (let length = 0; length < hello.length; length += 1)
      expect(readClientHello(hello.subarray(0, length))).toEqual({ kind: 'more' });
  });

  it('take no more work than they have bytes, in however many records and however often they are looked at', () => {
    // Announces 30 000 bytes.
    const message = Buffer.concat([Buffer.from([1, 0, 0x75, 0x30]), Buffer.alloc(29_996)]);
    const flood = inRecords(Buffer.concat([Buffer.alloc(5), message]), 1).subarray(0, 65_400);
    const long = inRecords(Buffer.concat([Buffer.alloc(5), message]), 950);
    const before = process.cpuUsage();
    expect(readClientHello(flood)).toEqual({ kind: 'malformed' });
    const kinds = new Set<string>();
    for (let length = 1; length < long.length; length += 1)
      kinds.add(readClientHello(long.subarray(0, length)).kind);
    const { user, system } = process.cpuUsage(before);
    expect([...kinds]).toEqual(['more']);
    // Microseconds.
    expect(user + system).toBeLessThan(1_000_000);
  });

  it('that announce more than any hello has are malformed at once', () => {
    expect(readClientHello(Buffer.from([0x16, 3, 1, 0, 4, 1, 0, 0x80, 1]))).toEqual({
      kind: 'malformed',
    });
  });

  it('may name none', async () => {
    expect(readClientHello(await helloFor())).toEqual({ kind: 'hello' });
  });

  it('with two names, or a name that is longer than its place, are malformed', async () => {
    const hello = await helloFor('a.example.com');
    const at = hello.indexOf('a.example.com') - 9;
    const extension = hello.subarray(at, at + 9 + 13);
    const twice = Buffer.concat([hello.subarray(0, at), extension, hello.subarray(at)]);
    const grow = (offset: number, bytes: number): void => {
      twice.writeUIntBE(twice.readUIntBE(offset, bytes) + extension.length, offset, bytes);
    };
    grow(3, 2);
    grow(6, 3);
    const session = twice[43] ?? 0;
    const ciphers = twice.readUInt16BE(44 + session);
    grow(44 + session + 2 + ciphers + 2, 2);
    expect(readClientHello(twice)).toEqual({ kind: 'malformed' });
    const long = Buffer.from(hello);
    long.writeUInt16BE(500, at + 7);
    expect(readClientHello(long)).toEqual({ kind: 'malformed' });
  });

  it('are told from anything else, and nothing crashes it', async () => {
    expect(readClientHello(Buffer.from('GET / HTTP/1.1'))).toEqual({ kind: 'other' });
    expect(readClientHello(Buffer.from([0x16, 3, 1, 0, 0]))).toEqual({ kind: 'malformed' });
    expect(readClientHello(Buffer.from([0x16, 2, 1, 0, 5, 1, 0, 0, 1, 0]))).toEqual({
      kind: 'malformed',
    });
    const hello = await helloFor('api.example.com');
    const kinds = ['more', 'other', 'malformed', 'hello'];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(kinds).toContain(readClientHello(Buffer.from([0x16, 3, 1, ...bytes])).kind);
        expect(kinds).toContain(readClientHello(Buffer.from(bytes)).kind);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.nat(hello.length - 1), fc.nat(255), (at, value) => {
        const changed = Buffer.from(hello);
        changed[at] = value;
        const read = readClientHello(changed);
        expect(kinds).toContain(read.kind);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the first words of SOCKS5', () => {
  it('are read byte by byte', () => {
    const request = Buffer.from([5, 1, 0, 3, 11, ...Buffer.from('example.com'), 1, 0xbb, 9]);
    for (let length = 0; length < 18; length += 1)
      expect(readRequest(request.subarray(0, length))).toEqual({ kind: 'more' });
    expect(readRequest(request)).toEqual({
      ...{ kind: 'request', length: 18, command: 1, port: 443 },
      host: { name: 'example.com' },
    });
    expect(readRequest(Buffer.from([5, 1, 0, 1, 127, 0, 0, 1, 0, 80]))).toEqual({
      ...{ kind: 'request', length: 10, command: 1, port: 80, host: { address: '127.0.0.1' } },
    });
    expect(readGreeting(Buffer.from([5, 2, 2, 0]))).toMatchObject({ withoutPassword: true });
    expect(readGreeting(Buffer.from([5, 1, 2]))).toMatchObject({ withoutPassword: false });
    expect(readRequest(Buffer.from([5, 1, 0, 9, 1, 1, 1]))).toEqual({ kind: 'malformed' });
  });

  it('never crash it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const read of [readGreeting, readRequest]) {
          const message = read(Buffer.from([5, ...bytes]));
          if ('length' in message) expect(message.length).toBeLessThanOrEqual(bytes.length + 1);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
