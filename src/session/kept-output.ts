// Takes what a program prints and keeps it, up to a bound, for whoever reads it after the end.

import { Writable } from 'node:stream';

export class KeptOutput extends Writable {
  private readonly chunks: Buffer[] = [];
  private size = 0;

  /** @param most bytes; what comes after them is dropped */
  constructor(private readonly most: number) {
    super();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.size += chunk.length;
    if (this.size <= this.most) this.chunks.push(chunk);
    done();
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}
