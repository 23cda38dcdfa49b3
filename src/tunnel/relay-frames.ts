// How many connections share one stream: frames of kind, channel, length and payload. templates/inside/relay speaks the same.

import { MalformedError, uint32 } from './ssh-wire.ts';

/** Channels are opened from inside, by numbers that only grow: what comes late for an old one is never taken for a new one's. */
export type RelayFrame =
  /** The inside listens. Its channel is 0. */
  | { kind: 'ready'; channel: number }
  | { kind: 'open'; channel: number; service: string }
  | { kind: 'data'; channel: number; data: Buffer }
  /** Nothing more comes this way. */
  | { kind: 'end'; channel: number }
  /** The connection is gone, both ways. */
  | { kind: 'close'; channel: number }
  /** So many bytes of data have been passed on: as many more may be sent. */
  | { kind: 'credit'; channel: number; bytes: number };

/** Bytes of data in one frame: others get their turn in between. */
export const longestPayload = 16 * 1024;

/** Bytes that may be on their way in one direction of a channel: more than that of a slow one is never in memory. */
export const relayWindow = 64 * 1024;

/** The place of a kind is its number in the stream. */
const kinds = ['ready', 'open', 'data', 'end', 'close', 'credit'] as const;

const headerSize = 7;

export function encodeFrame(frame: RelayFrame): Buffer {
  const payload = payloadOf(frame);
  const header = Buffer.alloc(headerSize);
  header.writeUInt8(kinds.indexOf(frame.kind));
  header.writeUInt32BE(frame.channel, 1);
  header.writeUInt16BE(payload.length, 5);
  return Buffer.concat([header, payload]);
}

function payloadOf(frame: RelayFrame): Buffer {
  if (frame.kind === 'open') return Buffer.from(frame.service);
  if (frame.kind === 'data') return frame.data;
  return frame.kind === 'credit' ? uint32(frame.bytes) : Buffer.alloc(0);
}

/** Takes a stream apart into frames; chunks may arrive in any pieces, and nothing is kept but an unfinished frame. */
export class RelayDecoder {
  private readonly header = Buffer.alloc(headerSize);
  private headerBytes = 0;
  private payload = Buffer.alloc(0);
  private payloadBytes = 0;

  /** @throws MalformedError at a frame that is none; those before it have been given out by then */
  *push(data: Buffer): Generator<RelayFrame, void> {
    for (let at = 0; at < data.length;) {
      if (this.headerBytes < headerSize) {
        const taken = data.copy(
          this.header,
          this.headerBytes,
          at,
          at + headerSize - this.headerBytes,
        );
        this.headerBytes += taken;
        at += taken;
        if (this.headerBytes < headerSize) return;
        this.begin();
      }
      const taken = data.copy(this.payload, this.payloadBytes, at);
      this.payloadBytes += taken;
      at += taken;
      if (this.payloadBytes < this.payload.length) continue;
      this.headerBytes = 0;
      yield parseFrame(this.header, this.payload);
    }
  }

  private begin(): void {
    const length = this.header.readUInt16BE(5);
    if (kinds[this.header.readUInt8()] === undefined)
      throw new MalformedError('a frame of no kind');
    if (length > longestPayload) throw new MalformedError(`a frame of ${length} bytes`);
    this.payload = Buffer.alloc(length);
    this.payloadBytes = 0;
  }
}

function parseFrame(header: Buffer, payload: Buffer): RelayFrame {
  const kind = kinds[header.readUInt8()];
  const channel = header.readUInt32BE(1);
  const fits = (isRight: boolean): void => {
    if (!isRight) throw new MalformedError(`${kind ?? 'a frame'} of ${payload.length} bytes`);
  };
  switch (kind) {
    case 'open': {
      const service = payload.toString('latin1');
      fits(/^[a-z0-9-]{1,32}$/.test(service));
      return { kind, channel, service };
    }
    case 'data':
      fits(payload.length > 0);
      return { kind, channel, data: payload };
    case 'credit':
      fits(payload.length === 4);
      return { kind, channel, bytes: payload.readUInt32BE() };
    case 'ready':
    case 'end':
    case 'close':
      fits(payload.length === 0);
      return { kind, channel };
    default:
      throw new MalformedError('a frame of no kind');
  }
}
