// HTTP/1.1 messages as the engine speaks them: a request as bytes, the head of a response, and its chunked body.
// Small on purpose: node:http alone costs 10 to 14 ms of every start (shared/PERFORMANCE.md).

import { shorten } from '../../base/shorten.ts';

export interface ResponseHead {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Partial<Record<string, string>>>;
}

/** The bytes of a request. A body is JSON; `upgrade` asks for the connection itself (attach, exec). */
export function formatRequest(
  method: string,
  target: string,
  options: { body?: unknown; upgrade?: boolean },
): string {
  const body = options.body === undefined ? '' : JSON.stringify(options.body);
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'Host: docker',
    'User-Agent: ai-in-docker',
    ...(options.upgrade ? ['Connection: Upgrade', 'Upgrade: tcp'] : []),
    ...(body === '' ? [] : ['Content-Type: application/json']),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

const headStart = 'HTTP/1.';
const headEnd = Buffer.from('\r\n\r\n');

/** The head at the beginning of `data` and where the body begins, or undefined if it is not all there yet. */
export function parseHead(data: Buffer): { head: ResponseHead; bodyAt: number } | undefined {
  const start = data.toString('latin1', 0, headStart.length);
  // Not waited for its end: what is no engine may have said all it has to say.
  if (!headStart.startsWith(start)) throw malformed(`not an HTTP response: ${start}`);
  const end = data.indexOf(headEnd);
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = data.toString('latin1', 0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1]);
  if (!Number.isInteger(status))
    throw malformed(`not an HTTP response: ${shorten(statusLine, 80)}`);
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { head: { status, headers }, bodyAt: end + headEnd.length };
}

/** With a code like those of node's own parser. */
const malformed = (message: string): Error =>
  Object.assign(new Error(message), { code: 'HPE_MALFORMED' });

/** Takes a chunked body apart as it arrives (RFC 9112, section 7.1). */
export class ChunkedDecoder {
  private rest: Buffer = Buffer.alloc(0);
  done = false;

  /** The data that is complete so far. Chunks may arrive in any pieces. */
  push(data: Buffer): Buffer[] {
    this.rest = this.rest.length === 0 ? data : Buffer.concat([this.rest, data]);
    const parts: Buffer[] = [];
    while (!this.done) {
      const lineEnd = this.rest.indexOf('\r\n');
      if (lineEnd < 0) break;
      const size = parseInt(this.rest.toString('latin1', 0, lineEnd), 16);
      if (Number.isNaN(size)) throw malformed('malformed chunk in the response of the engine');
      if (this.rest.length < lineEnd + 2 + size + 2) break;
      if (size === 0) this.done = true;
      else parts.push(this.rest.subarray(lineEnd + 2, lineEnd + 2 + size));
      this.rest = this.rest.subarray(lineEnd + 2 + size + 2);
    }
    return parts;
  }
}
