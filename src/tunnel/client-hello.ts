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
/** Before the hello is whole: one of today, byte by byte. */
const mostRecords = 2048;
const handshake = 0x16;
/** Bytes before the content of a record, and before the hello in its message. */
const recordHead = 5;
const messageHead = 4;

/**
 * Of what has arrived so far. It may lie in several records, which are walked without a copy: whoever sends them decides how many
 * there are, and how often this is asked.
 */
export function readClientHello(data: Buffer): ClientHello {
  if (data.length === 0) return { kind: 'more' };
  if (data[0] !== handshake) return { kind: 'other' };
  const head = Buffer.alloc(messageHead);
  let length = 0;
  let records = 0;
  for (let at = 0; at + recordHead <= data.length; records += 1) {
    const size = data.readUInt16BE(at + 3);
    const isRecord = data[at] === handshake && data[at + 1] === 3;
    if (!isRecord || size === 0 || size > longestRecord || records === mostRecords)
      return { kind: 'malformed' };
    const from = at + recordHead;
    at = from + size;
    const end = Math.min(at, data.length);
    if (length < messageHead) data.copy(head, length, from, end);
    length += end - from;
    if (length > 0 && head[0] !== 1) return { kind: 'malformed' };
    if (length < messageHead) continue;
    const whole = messageHead + head.readUIntBE(1, 3);
    if (whole > longestHello) return { kind: 'malformed' };
    if (length >= whole)
      return readHello(contentOf(data, records + 1).subarray(messageHead, whole));
  }
  return { kind: 'more' };
}

/** Of that many records, of which the last one may not be whole. */
function contentOf(data: Buffer, records: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; parts.length < records;) {
    const from = at + recordHead;
    at = from + data.readUInt16BE(at + 3);
    parts.push(data.subarray(from, at));
  }
  return Buffer.concat(parts);
}

function readHello(body: Buffer): ClientHello {
  try {
    const name = serverName(body);
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
