// The only writer of versions.json: one change at a time, whole or not at all.

import path from 'node:path';
import { ensureDirectory, writeFileAtomically } from '../host/files.ts';
import { acquireLock } from '../host/lock.ts';
import { readVersions, versionsFile, type Versions } from './versions.ts';

/**
 * Changes what is chosen on this machine. `change` gets what stands there when nobody else can change it any more, and has to
 * return at once.
 * @returns what stands there then
 * @throws AiError AI_STATE_UNWRITABLE, AI_INTERRUPTED
 */
export async function changeVersions(
  imagesDirectory: string,
  change: (versions: Versions) => Versions,
  interrupt?: AbortSignal,
): Promise<Versions> {
  ensureDirectory(imagesDirectory);
  const release = await acquireLock(path.join(imagesDirectory, 'versions.lock'), {
    before: 'the versions were changed',
    interrupt,
    pause: 20,
  });
  try {
    const before = readVersions(imagesDirectory);
    const after = change(before);
    const text = textOf(after);
    if (text !== textOf(before))
      writeFileAtomically(path.join(imagesDirectory, versionsFile), text, { mode: 0o600 });
    return after;
  } finally {
    release();
  }
}

const textOf = (versions: Versions): string => `${JSON.stringify(versions, undefined, 2)}\n`;
