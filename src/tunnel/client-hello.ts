// The name that a TLS client asks for, from the first bytes that it sends (RFC 8446, 4.1.2 and 5.1; RFC 6066, 3).

export type ClientHello =
  /** It may become one. */
  | { kind: 'more' }
  /** It is no TLS at all. */
  | { kind: 'other' }
  | { kind: 'malformed' }
  /** No name where the client has asked for none. */
  | { kind: 'hello'; name?: string };

/** Bytes. Those of today have 2 KiB with a key of the new kind; records hold 16 KiB. */
const longestHello = 32 * 1024;
const longestRecord = 16 * 1024;
const handshake = 0x16;

/** Of what has arrived so far. It may lie in several records. */
export function readClientHello(data: Buffer): ClientHello {
  if (data.length === 0) return { kind: 'more' };
  if (data[0] !== handshake) return { kind: 'other' };
  const parts: Buffer[] = [];
  let length = 0;
  for (let at = 0; at + 5 <= data.length;) {
    const size = data.readUInt16BE(at + 3);
    const isRecord = data[at] === handshake && data[at + 1] === 3;
    if (!isRecord || size === 0 || size > longestRecord) return { kind: 'malformed' };
    const part = data.subarray(at + 5, at + 5 + size);
    parts.push(part);
    length += part.length;
    at += 5 + size;
    const hello = readHandshake(Buffer.concat(parts, length));
    if (hello.kind !== 'more') return hello;
  }
  return { kind: 'more' };
}

function readHandshake(message: Buffer): ClientHello {
  if (message.length > 0 && message[0] !== 1) return { kind: 'malformed' };
  if (message.length < 4) return { kind: 'more' };
  const size = message.readUIntBE(1, 3);
  if (size > longestHello) return { kind: 'malformed' };
  if (message.length < 4 + size) return { kind: 'more' };
  try {
    const name = serverName(message.subarray(4, 4 + size));
    return { kind: 'hello', ...(name !== undefined && { name }) };
  } catch (error) {
    // Whatever is said to be longer than it is.
    if (error instanceof RangeError) return { kind: 'malformed' };
    throw error;
  }
}

/** @throws RangeError where it is malformed */
function serverName(body: Buffer): string | undefined {
  const reader = new Reader(body);
  reader.take(2 + 32);
  reader.take(reader.number(1));
  reader.take(reader.number(2));
  reader.take(reader.number(1));
  // Before TLS 1.2 there may be no extensions.
  if (reader.isAtEnd()) return undefined;
  const extensions = new Reader(reader.take(reader.number(2)));
  if (!reader.isAtEnd()) throw new RangeError('more behind the extensions');
  let found: string | undefined;
  while (!extensions.isAtEnd()) {
    const type = extensions.number(2);
    const content = extensions.take(extensions.number(2));
    if (type !== 0) continue;
    // Twice: one server takes the first, another the last.
    if (found !== undefined) throw new RangeError('two server names');
    found = nameIn(new Reader(content));
  }
  return found;
}

function nameIn(extension: Reader): string {
  const list = new Reader(extension.take(extension.number(2)));
  const type = list.number(1);
  const name = list.take(list.number(2));
  if (type !== 0 || !list.isAtEnd() || !extension.isAtEnd())
    throw new RangeError('not one host name');
  return name.toString('latin1');
}

class Reader {
  private at = 0;

  constructor(private readonly data: Buffer) {}

  isAtEnd(): boolean {
    return this.at === this.data.length;
  }

  number(bytes: 1 | 2): number {
    const value = this.data.readUIntBE(this.at, bytes);
    this.at += bytes;
    return value;
  }

  take(length: number): Buffer {
    if (this.at + length > this.data.length) throw new RangeError('shorter than it says');
    this.at += length;
    return this.data.subarray(this.at - length, this.at);
  }
}
