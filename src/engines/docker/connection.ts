// The thin connection: requests to the engine over any duplex stream, with nothing loaded but node:net.

import type { Duplex } from 'node:stream';
import { messageOf } from '../../base/errors.ts';
import { ChunkedDecoder, formatRequest, parseHead, type ResponseHead } from './http-message.ts';

/** Opens a fresh stream to the engine: a unix socket, TLS. Gives up when the signal comes. */
export type Dial = (signal?: AbortSignal) => Promise<Duplex>;

export interface EngineResponse {
  status: number;
  headers: ResponseHead['headers'];
  body: string;
}

export interface RequestOptions {
  body?: unknown;
  signal?: AbortSignal;
}

export class Connection {
  private readonly open = new Set<Duplex>();

  constructor(private readonly dial: Dial) {}

  /** One request with its whole answer. */
  async request(
    method: string,
    target: string,
    options: RequestOptions = {},
  ): Promise<EngineResponse> {
    let body = '';
    const head = await this.exchange(method, target, options, (text) => (body += text));
    await head.ended;
    return { status: head.status, headers: head.headers, body };
  }

  /**
   * A request whose answer arrives over time. Resolves with its head; `ended` settles when the body is over,
   * and rejects if the stream broke off.
   */
  async stream(
    method: string,
    target: string,
    onText: (text: string) => void,
  ): Promise<StreamedResponse> {
    return this.exchange(method, target, {}, onText);
  }

  /** A request that turns the connection into a raw stream (101). Anything else is an ordinary answer. */
  async upgrade(
    method: string,
    target: string,
    { body: sent }: Pick<RequestOptions, 'body'> = {},
  ): Promise<{ stream: Duplex } | { response: EngineResponse }> {
    const stream = await this.connect();
    stream.write(formatRequest(method, target, { upgrade: true, body: sent }));
    const { head, rest } = await readHead(stream);
    if (
      head.status === 101 ||
      (head.status === 200 && head.headers['content-type']?.includes('raw-stream'))
    ) {
      if (rest.length > 0) stream.unshift(rest);
      return { stream };
    }
    let body = '';
    await readBody(stream, head, rest, (text) => (body += text));
    return { response: { status: head.status, headers: head.headers, body } };
  }

  close(): void {
    for (const stream of this.open) stream.destroy();
    this.open.clear();
  }

  private async exchange(
    method: string,
    target: string,
    options: RequestOptions,
    onText: (text: string) => void,
  ): Promise<StreamedResponse> {
    const stream = await this.connect(options.signal);
    const abort = (): void => void stream.destroy(new Error('aborted'));
    if (options.signal?.aborted) abort();
    options.signal?.addEventListener('abort', abort, { once: true });
    stream.write(formatRequest(method, target, { body: options.body }));
    const { head, rest } = await readHead(stream);
    const ended = readBody(stream, head, rest, onText).finally(() => {
      options.signal?.removeEventListener('abort', abort);
      stream.destroy();
    });
    ended.catch(() => undefined);
    return { ...head, ended };
  }

  private async connect(signal?: AbortSignal): Promise<Duplex> {
    const stream = await this.dial(signal);
    this.open.add(stream);
    stream.once('close', () => this.open.delete(stream));
    // Whoever reads sees the failure; without a listener it would end the process.
    stream.on('error', () => undefined);
    return stream;
  }
}

export interface StreamedResponse extends ResponseHead {
  ended: Promise<void>;
}

const closed = (): Error =>
  Object.assign(new Error('the engine closed the connection'), { code: 'ECONNRESET' });

function readHead(stream: Duplex): Promise<{ head: ResponseHead; rest: Buffer }> {
  return new Promise((resolve, reject) => {
    let data: Buffer = Buffer.alloc(0);
    const settle = (): void => {
      stream.pause();
      stream.off('data', onData).off('error', onError).off('close', onClose);
    };
    const onData = (piece: Buffer): void => {
      data = data.length === 0 ? piece : Buffer.concat([data, piece]);
      try {
        const parsed = parseHead(data);
        if (parsed === undefined) return;
        settle();
        resolve({ head: parsed.head, rest: data.subarray(parsed.bodyAt) });
      } catch (error) {
        onError(error);
      }
    };
    const onError = (error: unknown): void => {
      settle();
      stream.destroy();
      reject(error instanceof Error ? error : new Error(messageOf(error)));
    };
    const onClose = (): void => {
      onError(closed());
    };
    stream.on('data', onData).on('error', onError).on('close', onClose);
  });
}

/** Reads the body to its end, whichever way that end is told. */
function readBody(
  stream: Duplex,
  head: ResponseHead,
  rest: Buffer,
  onText: (text: string) => void,
): Promise<void> {
  const chunked = head.headers['transfer-encoding']?.includes('chunked')
    ? new ChunkedDecoder()
    : undefined;
  const length = head.headers['content-length'];
  let left =
    head.status === 204 || head.status === 304
      ? 0
      : length === undefined
        ? Infinity
        : Number(length);
  const decoder = new TextDecoder();

  return new Promise((resolve, reject) => {
    const onData = (piece: Buffer): void => {
      try {
        for (const part of chunked ? chunked.push(piece) : [piece])
          onText(decoder.decode(part, { stream: true }));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(messageOf(error)));
        return;
      }
      left -= piece.length;
      if (chunked ? chunked.done : left <= 0) resolve();
    };
    if (!chunked && left <= 0) {
      resolve();
      return;
    }
    stream.on('error', reject);
    stream.on('close', () => {
      // Without a length, the end of the connection is the end of the body.
      if (!chunked && left === Infinity) resolve();
      else reject(closed());
    });
    stream.on('end', () => stream.destroy());
    stream.on('data', onData);
    if (rest.length > 0) onData(rest);
    stream.resume();
  });
}
