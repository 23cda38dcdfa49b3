// Reads what BuildKit tells of a build: protocol buffers in base64, of which we need five fields.
// moby/buildkit, api/services/control/control.proto: StatusResponse, Vertex, VertexLog.

/** A step, as often as something of it changes. */
export interface Vertex {
  digest: string;
  name: string;
  started: boolean;
  completed: boolean;
  error: string;
}

export interface Trace {
  vertexes: Vertex[];
  logs: { vertex: string; text: string }[];
}

/** @throws RangeError where it is no such message */
export function decodeTrace(base64: string): Trace {
  const fields = read(Buffer.from(base64, 'base64'));
  return {
    vertexes: all(fields, 1).map((vertex) => {
      const own = read(vertex);
      return {
        digest: text(own, 1),
        name: text(own, 3),
        started: all(own, 5).length > 0,
        completed: all(own, 6).length > 0,
        error: text(own, 7),
      };
    }),
    logs: all(fields, 3).map((log) => {
      const own = read(log);
      return { vertex: text(own, 1), text: text(own, 4) };
    }),
  };
}

type Field = readonly [number: number, content: Buffer];

const all = (fields: readonly Field[], wanted: number): Buffer[] =>
  fields.filter(([number]) => number === wanted).map(([, content]) => content);

const text = (fields: readonly Field[], wanted: number): string =>
  all(fields, wanted).at(-1)?.toString('utf8') ?? '';

/** The fields that have a length; numbers are passed over. */
function read(message: Buffer): Field[] {
  const fields: Field[] = [];
  let offset = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message.readUInt8(offset++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (offset < message.length) {
    const tag = varint();
    const kind = tag & 7;
    if (kind === 0) varint();
    else if (kind === 1) offset += 8;
    else if (kind === 5) offset += 4;
    else if (kind === 2) {
      const length = varint();
      if (offset + length > message.length) throw new RangeError('the message breaks off');
      fields.push([Math.floor(tag / 8), message.subarray(offset, offset + length)]);
      offset += length;
    } else throw new RangeError(`no field has kind ${kind}`);
  }
  return fields;
}
