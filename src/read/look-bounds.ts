// The end that a look at a project has, however much lies there: entries of directories, and time. It tells if all was seen.

import { Buffer } from 'node:buffer';
import { opendirSync, readdirSync, statSync, type Dirent } from 'node:fs';
import { clock } from '../base/clock.ts';
import { systemPath, textOfBytes } from '../base/byte-names.ts';
import { systemCode } from '../base/errors.ts';

export interface Entry {
  /** Bytes that are no UTF-8 as in byte-names.ts. */
  name: string;
  isDirectory: boolean;
  isLink: boolean;
  isSocket: boolean;
}

export class LookBounds {
  /** False once anything was left out. */
  complete = true;
  private left: number;
  private readonly end: number;

  /** @param most entries @param time milliseconds */
  constructor(most: number, time: number) {
    this.left = most;
    this.end = clock() + time;
  }

  isOver(): boolean {
    const isOver = this.left < 0 || clock() > this.end;
    if (isOver) this.leaveOut();
    return isOver;
  }

  leaveOut(): void {
    this.complete = false;
  }

  /** What is in a directory, as far as there is room; nothing where this user may not look: his git and editor may not, either. */
  entries(directory: string): readonly Entry[] {
    try {
      const found = this.read(directory, 'utf8');
      if (!found.some(({ name }) => name.includes('\uFFFD'))) return found;
      this.left += found.length;
      return this.read(directory, 'latin1').map((one) => ({
        ...one,
        name: textOfBytes(Buffer.from(one.name, 'latin1')),
      }));
    } catch (error) {
      if (!nothing.has(systemCode(error) ?? '')) this.leaveOut();
      return [];
    }
  }

  private read(directory: string, encoding: BufferEncoding): readonly Entry[] {
    const place = systemPath(directory);
    const isHuge = statSync(place).size > mostAtOnce;
    return isHuge ? this.readOneByOne(place, encoding) : this.readAtOnce(place, encoding);
  }

  private readAtOnce(place: string | Buffer, encoding: BufferEncoding): readonly Entry[] {
    const all = readdirSync(place, { withFileTypes: true, encoding: encoding });
    const found = all.slice(0, Math.max(0, this.left));
    this.left -= all.length;
    if (this.left < 0) this.leaveOut();
    return found.map(entryOf);
  }

  /** Of some millions, all at once would take more memory than there is. */
  private readOneByOne(place: string | Buffer, encoding: BufferEncoding): readonly Entry[] {
    const found: Entry[] = [];
    const open = opendirSync(place, { encoding });
    try {
      for (let entry = open.readSync(); entry !== null; entry = open.readSync()) {
        this.left--;
        if (this.left < 0 || (found.length % 1000 === 999 && this.isOver())) {
          this.leaveOut();
          break;
        }
        found.push(entryOf(entry));
      }
    } finally {
      open.closeSync();
    }
    return found;
  }
}

const entryOf = (entry: Dirent): Entry => ({
  name: entry.name,
  isDirectory: entry.isDirectory(),
  isLink: entry.isSymbolicLink(),
  isSocket: entry.isSocket(),
});

/** Bytes that a directory itself takes: some ten thousand entries. */
const mostAtOnce = 512 * 1024;

/** Nothing is there, or this user cannot enter it. */
const nothing = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM']);
