// A desktop, as far as a launcher can tell: a display, and a stand-in for the program that opens pages, which notes its arguments.

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface FakeDesktop {
  /** For the launcher. */
  env: Record<string, string>;
  /** A line for each call: how many arguments, and these. */
  opened: () => string[];
}

/** @param directory where it may be made */
export function fakeDesktop(directory: string): FakeDesktop {
  const bin = path.join(directory, 'desktop');
  const notes = path.join(directory, 'opened');
  mkdirSync(bin);
  // Linux has the one, macOS the other.
  for (const name of ['xdg-open', 'open']) {
    const file = path.join(bin, name);
    writeFileSync(file, `#!/bin/sh\necho "$# $*" >>'${notes}'\n`);
    chmodSync(file, 0o755);
  }
  return {
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, DISPLAY: ':9' },
    // It is there before anything is in it.
    opened: () =>
      existsSync(notes)
        ? readFileSync(notes, 'utf8')
            .split('\n')
            .filter((line) => line !== '')
        : [],
  };
}
