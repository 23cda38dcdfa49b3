// A program that stands on the PATH as an assistant does, for tests of what `ai` makes of one on the host.

import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from './test-directory.ts';

/** Writes a script of that name into a directory; a new one by default. Returns the directory. */
export function fakeAssistant(
  script: string,
  { name = 'claude', directory = temporaryDirectory() } = {},
): string {
  const file = path.join(directory, name);
  writeFileSync(file, script.startsWith('#!') ? script : `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return directory;
}

/** A PATH with these directories before that of the tests. */
export const pathWith = (...directories: readonly string[]): string =>
  [...directories, process.env['PATH'] ?? ''].join(':');
