// The directories on the way to where something is made, each held open: nothing on it can turn into a symlink unnoticed, and what is
// made beside the last one needs no second look for them.

import { openDirectory, type OpenDirectory } from './open-directory.ts';

interface Held extends OpenDirectory {
  path: string;
}

export class HeldWay {
  private held: Held[] = [];

  /** Goes from a directory that is opened by its name: what is above it is taken as it is. */
  begin(directory: string): void {
    if (this.held[0]?.path === directory) return;
    this.close();
    this.held = [hold(directory, directory)];
  }

  /** True if the way goes through this directory, so many steps from its beginning. */
  leadsThrough(directory: string, steps: number): boolean {
    return this.held[steps]?.path === directory;
  }

  /** The directory so many steps from the beginning. What the way went on to from there is let go. */
  backTo(steps: number): OpenDirectory {
    const last = this.held[steps];
    if (last === undefined) throw new RangeError(`the way has no ${steps} steps`);
    for (const one of this.held.splice(steps + 1)) one.close();
    return last;
  }

  /** @param entry how the directory above it, which is the last one held, names it */
  goOn(directory: string, entry: string): void {
    this.held.push(hold(directory, entry));
  }

  close(): void {
    for (const one of this.held.splice(0)) one.close();
  }
}

const hold = (directory: string, name: string): Held => ({
  ...openDirectory(name),
  path: directory,
});
