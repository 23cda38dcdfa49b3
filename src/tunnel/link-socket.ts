// The socket by which programs of a run ask for a page: all that is sent up to its end is one address, and a line is the answer.

import { createServer, type Socket } from 'node:net';
import { longestLink } from '../base/link-bounds.ts';
import { listen, type Listening } from './listen.ts';

export interface LinkSocketOptions {
  /** Where to listen. Who may enter the directory may ask. */
  socket: string;
  /** @param text undefined for what is no text. @returns one line */
  answer: (text: string | undefined) => Promise<string>;
  /** Milliseconds that a client has for its question and the answer. */
  patience?: number;
}

/** Beyond these a client is turned away: a session must not use up what the launcher may open. */
const mostConnections = 16;

/** @throws what the system says where it cannot listen there */
export async function serveLinks({
  socket,
  answer,
  patience = 10_000,
}: LinkSocketOptions): Promise<Listening> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const timer = setTimeout(() => client.destroy(), patience);
    client.once('close', () => {
      clearTimeout(timer);
    });
    void readAll(client)
      .then((data) => answer(textOf(data)))
      .catch(() => 'no something went wrong')
      // What it still says is read and dropped: with it unread, a close would take the answer away.
      .then((line) => client.end(`${line}\n`));
  });
  server.maxConnections = mostConnections;
  return listen(server, socket);
}

/** Not more than tells that it is too long. */
const readAll = (client: Socket): Promise<Buffer> =>
  new Promise((resolve) => {
    let all = Buffer.alloc(0);
    const done = (): void => {
      client.off('data', add).resume();
      resolve(all);
    };
    const add = (data: Buffer): void => {
      all = Buffer.concat([all, data]).subarray(0, longestLink + 1);
      if (all.length > longestLink) done();
    };
    client.on('data', add).once('end', done);
  });

function textOf(data: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return undefined;
  }
}
