// One connection through the relay: between a socket here and one inside, never holding more than a window of either.

import type { Socket } from 'node:net';
import { longestPayload, relayWindow, type RelayFrame } from './relay-frames.ts';
import { MalformedError } from './ssh-wire.ts';

export class RelayChannel {
  /** Bytes that the other side takes. */
  private sendable = relayWindow;
  /** Bytes that it may still send. */
  private expected = relayWindow;
  /** Bytes that went on to the socket, and that the other side does not know of yet. */
  private passed = 0;
  /** What the socket said and the other side does not take yet; the socket is paused as long. */
  private pending: Buffer | undefined;
  /** What is to be told behind that. */
  private readonly last: ('end' | 'close')[] = [];
  private isEndedThere = false;
  private isClosedThere = false;

  /** @param socket with allowHalfOpen. @param onClosed the socket is gone */
  constructor(
    private readonly channel: number,
    private readonly socket: Socket,
    private readonly send: (frame: RelayFrame) => void,
    private readonly onClosed: () => void,
  ) {
    // What went wrong makes no difference: it closes.
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      this.pending = data;
      this.flush();
    });
    // Both come while it is paused, too.
    socket.once('end', () => {
      this.last.push('end');
      this.flush();
    });
    socket.once('close', (isBroken: boolean) => {
      this.last.push('close');
      if (isBroken || this.isClosedThere) this.pending = undefined;
      this.flush();
    });
  }

  /** @throws MalformedError where the other side does what it may not */
  receive(frame: RelayFrame): void {
    if (this.isClosedThere) return;
    switch (frame.kind) {
      case 'data':
        this.write(frame.data);
        return;
      case 'credit':
        this.sendable += frame.bytes;
        if (this.sendable > relayWindow) throw new MalformedError('credit for what was not sent');
        this.flush();
        return;
      case 'end':
        this.isEndedThere = true;
        this.socket.end();
        return;
      case 'close':
        this.isClosedThere = true;
        this.pending = undefined;
        // What was said before is still passed on.
        this.socket.destroySoon();
        this.flush();
        return;
      case 'open':
      case 'ready':
        throw new MalformedError(`${frame.kind} in an open channel`);
    }
  }

  destroy(): void {
    this.isClosedThere = true;
    this.socket.destroy();
  }

  private write(data: Buffer): void {
    if (this.isEndedThere || data.length > this.expected) throw new MalformedError('too much data');
    this.expected -= data.length;
    this.socket.write(data, () => {
      this.passed += data.length;
      if (this.passed < relayWindow / 2) return;
      this.expected += this.passed;
      this.tell({ kind: 'credit', channel: this.channel, bytes: this.passed });
      this.passed = 0;
    });
  }

  private flush(): void {
    while (this.pending !== undefined && this.sendable > 0) {
      const size = Math.min(this.pending.length, longestPayload, this.sendable);
      this.sendable -= size;
      this.tell({ kind: 'data', channel: this.channel, data: this.pending.subarray(0, size) });
      this.pending = size < this.pending.length ? this.pending.subarray(size) : undefined;
    }
    if (this.pending !== undefined) {
      this.socket.pause();
      return;
    }
    this.socket.resume();
    for (const kind of this.last.splice(0)) {
      this.tell({ kind, channel: this.channel });
      if (kind === 'close') this.onClosed();
    }
  }

  private tell(frame: RelayFrame): void {
    if (!this.isClosedThere) this.send(frame);
  }
}
