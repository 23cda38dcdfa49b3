// Values as ssh writes them (RFC 4251, section 5): read with bounds, so that nothing malformed gets any further, and written.

/** What was to be read is not there, or there is more than that. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';
}

/** Reads values one after the other. Every method throws MalformedError where the data ends too early. */
export class WireReader {
  private at = 0;

  constructor(private readonly data: Buffer) {}

  byte(): number {
    return this.bytes(1).readUInt8();
  }

  /** Only 0 and 1: other values are true to some readers and not to others. */
  boolean(): boolean {
    const value = this.byte();
    if (value > 1) throw new MalformedError('no boolean');
    return value === 1;
  }

  uint32(): number {
    return this.bytes(4).readUInt32BE();
  }

  string(): Buffer {
    return this.bytes(this.uint32());
  }

  text(): string {
    return this.string().toString('utf8');
  }

  bytes(length: number): Buffer {
    if (length > this.data.length - this.at) throw new MalformedError('ends too early');
    this.at += length;
    return this.data.subarray(this.at - length, this.at);
  }

  /** Nothing may follow. */
  end(): void {
    if (this.at !== this.data.length) throw new MalformedError('more than there should be');
  }

  /** All that is left, whatever it is. */
  rest(): Buffer {
    return this.bytes(this.data.length - this.at);
  }
}

/** What `read` makes of the data, all of it; undefined where it is malformed. */
export function readAll<T>(data: Buffer, read: (reader: WireReader) => T): T | undefined {
  try {
    const reader = new WireReader(data);
    const value = read(reader);
    reader.end();
    return value;
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A string of ssh: its length, then its bytes. */
export function wireString(value: Uint8Array | string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([uint32(bytes.length), bytes]);
}
