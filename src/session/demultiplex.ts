// The engine's frames of a session without a terminal, taken apart as they arrive, in constant memory.

/** Where a frame's payload goes: 1 stdout, 2 stderr (Engine API, "Stream format" of attach). */
export type Channel = 1 | 2;

const headerSize = 8;

export class Demultiplexer {
  private header = Buffer.alloc(headerSize);
  private headerFilled = 0;
  private left = 0;
  private channel: Channel = 1;

  /** Calls back with each piece of payload. Frames may arrive in any pieces; nothing is kept but an unfinished header. */
  push(data: Buffer, onPayload: (channel: Channel, payload: Buffer) => void): void {
    let at = 0;
    while (at < data.length) {
      if (this.left === 0) {
        const taken = data.copy(
          this.header,
          this.headerFilled,
          at,
          at + headerSize - this.headerFilled,
        );
        this.headerFilled += taken;
        at += taken;
        if (this.headerFilled < headerSize) return;
        this.headerFilled = 0;
        this.channel = this.header[0] === 2 ? 2 : 1;
        this.left = this.header.readUInt32BE(4);
        continue;
      }
      const end = Math.min(data.length, at + this.left);
      onPayload(this.channel, data.subarray(at, end));
      this.left -= end - at;
      at = end;
    }
  }
}
