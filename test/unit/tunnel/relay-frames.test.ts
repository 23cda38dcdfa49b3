// The frames of the relay: whatever pieces they come in, and whatever else somebody inside sends instead.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeFrame,
  longestPayload,
  RelayDecoder,
  type RelayFrame,
} from '../../../src/tunnel/relay-frames.ts';
import { MalformedError } from '../../../src/tunnel/ssh-wire.ts';

const channel = fc.nat(0xffffffff);
const frames = fc.oneof<fc.Arbitrary<RelayFrame>[]>(
  fc.record({ kind: fc.constantFrom('ready' as const, 'end' as const, 'close' as const), channel }),
  fc.record({
    kind: fc.constant('open' as const),
    channel,
    service: fc.constantFrom('agent', 'a-b'),
  }),
  fc.record({
    kind: fc.constant('data' as const),
    channel,
    data: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  }),
  fc.record({ kind: fc.constant('credit' as const), channel, bytes: channel }),
);

const raw = (kind: number, length: number, payload: string | Buffer = ''): Buffer =>
  Buffer.concat([Buffer.of(kind, 0, 0, 0, 1, length >> 8, length & 255), Buffer.from(payload)]);

describe('frames', () => {
  it('come out as they went in, in whatever pieces', () => {
    fc.assert(
      fc.property(
        fc.array(frames, { maxLength: 8 }),
        fc.array(fc.nat(64), { minLength: 1 }),
        (sent, sizes) => {
          const decoder = new RelayDecoder();
          const stream = Buffer.concat(sent.map(encodeFrame));
          const found: RelayFrame[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn++) {
            const size = sizes[turn % sizes.length]! + 1;
            found.push(...decoder.push(stream.subarray(at, at + size)));
            at += size;
          }
          expect(found).toEqual(sent);
        },
      ),
    );
  });

  it('may be of the longest, and no longer', () => {
    const frame: RelayFrame = { kind: 'data', channel: 1, data: Buffer.alloc(longestPayload, 7) };
    expect([...new RelayDecoder().push(encodeFrame(frame))]).toEqual([frame]);
    expect(() => [...new RelayDecoder().push(raw(2, longestPayload + 1))]).toThrow(MalformedError);
  });

  it.each([
    ['of no kind', raw(6, 0)],
    ['of data without any', raw(2, 0)],
    ['that end with more than that', raw(3, 1, 'x')],
    ['with half a credit', raw(5, 2, 'xx')],
    ['that open nothing', raw(1, 0)],
    ['that open a path', raw(1, 6, '../etc')],
    ['that open with a long name', raw(1, 33, 'a'.repeat(33))],
  ])('%s are malformed, and those before them given out', (_what, data) => {
    const found: RelayFrame[] = [];
    const good: RelayFrame = { kind: 'end', channel: 7 };
    expect(() => {
      const stream = Buffer.concat([encodeFrame(good), data]);
      for (const frame of new RelayDecoder().push(stream)) found.push(frame);
    }).toThrow(MalformedError);
    expect(found).toEqual([good]);
  });

  it('are what any bytes are, or malformed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const data = Buffer.from(bytes);
        const found: RelayFrame[] = [];
        try {
          for (const frame of new RelayDecoder().push(data)) found.push(frame);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
        const again = Buffer.concat(found.map(encodeFrame));
        expect(again).toEqual(data.subarray(0, again.length));
      }),
    );
  });
});
