// The framing of the agent's protocol, and the values in it: whatever pieces it comes in, and however malformed it is.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frame, FrameDecoder, longestMessage } from '../../../src/tunnel/agent-frames.ts';
import { MalformedError, readAll, uint32, WireReader } from '../../../src/tunnel/ssh-wire.ts';
import { strings } from '../../support/ssh-values.ts';

const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 8 });

describe('frames', () => {
  it('come out as they went in, in whatever pieces', () => {
    fc.assert(
      fc.property(bodies, fc.array(fc.nat(64), { minLength: 1 }), (messages, sizes) => {
        const decoder = new FrameDecoder();
        const stream = Buffer.concat(messages.map(frame));
        const found: Buffer[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length]! + 1;
          found.push(...decoder.push(stream.subarray(at, at + size)));
          at += size;
        }
        expect(found.map((body) => body.toString('hex'))).toEqual(
          messages.map((body) => Buffer.from(body).toString('hex')),
        );
      }),
    );
  });

  it('may be as long as OpenSSH takes them, and no longer', () => {
    const body = Buffer.alloc(longestMessage, 7);
    const [found] = new FrameDecoder().push(frame(body));
    expect(found?.equals(body)).toBe(true);
    expect(() => [...new FrameDecoder().push(uint32(longestMessage + 1))]).toThrow(MalformedError);
  });

  it('are not empty', () => {
    expect(() => [...new FrameDecoder().push(uint32(0))]).toThrow(MalformedError);
  });

  it('before a malformed one are still given out', () => {
    const found: Buffer[] = [];
    expect(() => {
      for (const body of new FrameDecoder().push(Buffer.concat([frame(Buffer.of(1)), uint32(0)])))
        found.push(body);
    }).toThrow(MalformedError);
    expect(found).toEqual([Buffer.of(1)]);
  });

  it('that come byte by byte cost no more than others', () => {
    const stream = frame(Buffer.alloc(longestMessage, 7));
    const decoder = new FrameDecoder();
    const started = process.cpuUsage();
    let found = 0;
    for (let at = 0; at < stream.length; at++)
      for (const body of decoder.push(stream.subarray(at, at + 1))) found += body.length;
    expect(found).toBe(longestMessage);
    // Copying all of it for each byte would take minutes.
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(5);
  });
});

describe('values', () => {
  it('are read as they are written', () => {
    const data = Buffer.concat([Buffer.of(7, 1), uint32(0xfffffffe), strings('a', '')]);
    expect(
      readAll(data, (reader) => [
        reader.byte(),
        reader.boolean(),
        reader.uint32(),
        reader.text(),
        reader.string().length,
      ]),
    ).toEqual([7, true, 0xfffffffe, 'a', 0]);
  });

  it.each([
    ['that end too early', Buffer.concat([uint32(3), Buffer.from('ab')])],
    ['of a length that there is not', uint32(0xffffffff)],
    ['without a whole length', Buffer.of(0, 0, 0)],
    ['that something follows', Buffer.concat([strings('a'), Buffer.of(0)])],
  ])('%s are malformed', (_what, data) => {
    expect(readAll(data, (reader) => reader.string())).toBeUndefined();
  });

  it('that are neither true nor false are malformed', () => {
    expect(readAll(Buffer.of(2), (reader) => reader.boolean())).toBeUndefined();
  });

  it('do not hide what goes wrong otherwise', () => {
    expect(() => {
      readAll(Buffer.alloc(0), () => {
        throw new TypeError('a bug');
      });
    }).toThrow('a bug');
  });

  it('never lead out of their data', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const reader = new WireReader(Buffer.from(bytes));
        try {
          for (let total = 0; ;) {
            total += 4 + reader.string().length;
            expect(total).toBeLessThanOrEqual(bytes.length);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
      }),
    );
  });
});
