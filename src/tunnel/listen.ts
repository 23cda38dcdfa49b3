// Listening at a socket in the file system, however long its name is, until it is closed with all who are connected.

import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { path } from '../base/path.ts';
import { openDirectory } from '../host/open-directory.ts';
import { removeFile } from '../host/remove-file.ts';

/** Bytes of a socket's name, with the zero after them: sockaddr_un of unix(7), and of the others. */
const longestName = process.platform === 'linux' ? 108 : 104;

export interface Listening {
  /** The socket by a name that is short enough, for this process. */
  readonly address: string;
  /** Ends every connection and removes the socket. */
  close(): Promise<void>;
}

/**
 * Longer names are reached through their directory.
 * @throws what the system says where it cannot listen there
 */
export async function listen(server: Server, socket: string): Promise<Listening> {
  const isShort = Buffer.byteLength(socket) < longestName;
  const directory = isShort ? undefined : openDirectory(path.dirname(socket));
  const address = directory?.entry(path.basename(socket)) ?? socket;
  const clients = new Set<Socket>();
  server.on('connection', (client: Socket) => {
    clients.add(client);
    // What went wrong makes no difference: it closes.
    client.on('error', () => undefined);
    client.once('close', () => clients.delete(client));
  });
  try {
    // Node would cut what is too long, and listen somewhere else.
    if (Buffer.byteLength(address) >= longestName)
      throw Object.assign(new Error(`too long for a socket: ${socket}`), { code: 'ENAMETOOLONG' });
    server.listen(address);
    await once(server, 'listening');
    // Of a connection that could not be accepted: the next may be.
    server.on('error', () => undefined);
  } catch (error) {
    directory?.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const isClosed = once(server, 'close');
    server.close();
    for (const client of clients) client.destroy();
    await isClosed;
    removeFile(socket);
    // Not before: by its number the server's own name for the socket would lead elsewhere.
    directory?.close();
  };
  return { address, close };
}
