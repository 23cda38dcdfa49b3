// What a client of SOCKS5 says (RFC 1928), from the bytes that have arrived, and the answers to it.

export type SocksMessage =
  | { kind: 'more' }
  | { kind: 'malformed' }
  /** `length` is how many bytes it took. */
  | { kind: 'greeting'; length: number; withoutPassword: boolean }
  | { kind: 'request'; length: number; command: number; port: number; host: SocksHost };

/** A name, or an address as it is written. */
export type SocksHost = { name: string } | { address: string };

export function readGreeting(data: Buffer): SocksMessage {
  if (data.length < 2) return data[0] === 5 || data.length === 0 ? more : malformed;
  const [version, count = 0] = data;
  if (version !== 5 || count === 0) return malformed;
  if (data.length < 2 + count) return more;
  return {
    kind: 'greeting',
    length: 2 + count,
    withoutPassword: data.subarray(2, 2 + count).includes(0),
  };
}

export function readRequest(data: Buffer): SocksMessage {
  if (data.length < 5) return data.length === 0 || data[0] === 5 ? more : malformed;
  const [version, command = 0, reserved, type, first = 0] = data;
  if (version !== 5 || reserved !== 0) return malformed;
  const size = { 1: 4, 3: 1 + first, 4: 16 }[type ?? 0];
  if (size === undefined || (type === 3 && first === 0)) return malformed;
  const length = 4 + size + 2;
  if (data.length < length) return more;
  const port = data.readUInt16BE(length - 2);
  return {
    kind: 'request',
    length,
    command,
    port,
    host: hostOf(data.subarray(4, -2 + length), type),
  };
}

function hostOf(data: Buffer, type: number | undefined): SocksHost {
  if (type === 3) return { name: data.toString('utf8', 1) };
  if (type === 1) return { address: data.join('.') };
  const groups = Array.from({ length: 8 }, (_, at) => data.readUInt16BE(2 * at).toString(16));
  return { address: `[${groups.join(':')}]` };
}

const more = { kind: 'more' } as const;
const malformed = { kind: 'malformed' } as const;

/** The only command that is served. */
export const connectCommand = 1;

/** What became of a request. */
export const socksAnswers = {
  ok: 0,
  notAllowed: 2,
  unreachable: 4,
  noSuchCommand: 7,
  noSuchAddress: 8,
} as const;

/** The address that it names means nothing: the connection is somebody else’s. */
export const socksAnswer = (answer: keyof typeof socksAnswers): Buffer =>
  Buffer.from([5, socksAnswers[answer], 0, 1, 0, 0, 0, 0, 0, 0]);
