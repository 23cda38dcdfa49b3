// How messages of the agent's protocol stand in a stream (draft-ietf-sshm-ssh-agent, section 3): length, then body.

import { MalformedError, wireString } from './ssh-wire.ts';

/** Bytes. AGENT_MAX_LEN of OpenSSH (authfd.c): its agent ends a connection that announces more. */
export const longestMessage = 256 * 1024;

/** A message as it goes over the wire. */
export const frame = (body: Uint8Array): Buffer => wireString(body);

/** Takes a stream apart into the bodies of its messages; chunks may arrive in any pieces. */
export class FrameDecoder {
  private readonly head = Buffer.alloc(4);
  private headBytes = 0;
  /** Undefined until its length is known. Filled in place: a message that comes byte by byte costs no more than another. */
  private body: Buffer | undefined;
  private bodyBytes = 0;

  /**
   * The bodies that are complete by now, at least one byte each.
   * @throws MalformedError at a message that is empty or too long; those before it have been given out by then
   */
  *push(data: Buffer): Generator<Buffer, void> {
    for (let at = 0; at < data.length;) {
      if (this.body === undefined) {
        const taken = data.copy(this.head, this.headBytes, at, at + 4 - this.headBytes);
        this.headBytes += taken;
        at += taken;
        if (this.headBytes === 4) this.begin();
      } else {
        const taken = data.copy(this.body, this.bodyBytes, at);
        this.bodyBytes += taken;
        at += taken;
        if (this.bodyBytes === this.body.length) yield this.take(this.body);
      }
    }
  }

  private begin(): void {
    const length = this.head.readUInt32BE();
    if (length === 0 || length > longestMessage)
      throw new MalformedError(`a message of ${length} bytes`);
    this.body = Buffer.alloc(length);
    this.bodyBytes = 0;
  }

  private take(body: Buffer): Buffer {
    this.body = undefined;
    this.headBytes = 0;
    return body;
  }
}
