// One request of a connection after the other: node hands over all that have arrived, and each would open a connection of its own.

import type { Socket } from 'node:net';

/** Requests that wait behind one; apt sends ten at once, and nobody many more. */
const mostWaiting = 64;

interface Line {
  length: number;
  last: Promise<void>;
}

export class Turns {
  private readonly lines = new WeakMap<Socket, Line>();

  /** Begins once what came before it on that connection has ended; never where the connection has. What fails ends it. */
  take(client: Socket, work: () => Promise<void>): void {
    const line = this.lines.get(client) ?? { length: 0, last: Promise.resolve() };
    this.lines.set(client, line);
    if (client.destroyed || line.length > mostWaiting) {
      client.destroy();
      return;
    }
    line.length += 1;
    line.last = line.last
      .then(() => (client.writable ? work() : undefined))
      .catch(() => client.destroy())
      .then(() => {
        line.length -= 1;
      });
  }

  isBusy(client: Socket): boolean {
    return (this.lines.get(client)?.length ?? 0) > 0;
  }
}
