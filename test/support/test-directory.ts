// Where tests put what they make: one directory per vitest project run, and below it as many as a test asks for.

import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, inject } from 'vitest';
import type { TestUser } from './user.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Made and removed by engine-setup.ts; absent in the unit project. */
    testDirectory: string | undefined;
  }
}

/** Not /tmp: that is a tmpfs on many machines, and mounts of the home directory are what users have. */
export const parentOfTestDirectories = '/var/tmp';

const madeByThisFile: string[] = [];

afterAll(() => {
  for (const directory of madeByThisFile) rmSync(directory, { recursive: true, force: true });
});

/** The directory of this vitest run; every container that tests start mounts something below it. */
export function testDirectory(): string {
  const directory = inject('testDirectory');
  if (directory === undefined) throw new Error('only the integration and e2e projects have one');
  return directory;
}

/** A new empty directory that anybody may enter, removed at the end of the test file. `owner` gets it where given. */
export function temporaryDirectory(options: { owner?: TestUser | undefined } = {}): string {
  const directory = mkdtempSync(
    path.join(inject('testDirectory') ?? parentOfTestDirectories, 'ai-'),
  );
  madeByThisFile.push(directory);
  chmodSync(directory, 0o755);
  if (options.owner !== undefined) chownSync(directory, options.owner.uid, options.owner.gid);
  return directory;
}
