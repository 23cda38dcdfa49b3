// The secret part of the name of our cache in BuildKit: whoever knows the whole name can mount it, and put something into it.

import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { path } from '../base/path.ts';
import { readRegularFile, writeFileAtomically } from '../host/files.ts';

const fileName = 'cache-word';

/**
 * The word of this state directory, made once. To be called by the holder of the builder's lock.
 * @throws AiError AI_STATE_UNWRITABLE
 */
export function cacheWord(imagesDirectory: string): string {
  const file = path.join(imagesDirectory, fileName);
  const known = readRegularFile(file)?.trim() ?? '';
  if (/^[0-9a-f]{32}$/.test(known)) return known;
  const word = randomBytes(16).toString('hex');
  writeFileAtomically(file, `${word}\n`, { mode: 0o600 });
  return word;
}

/** Where nothing has come of the first build, its word is of no use. */
export function forgetLoneWord(imagesDirectory: string): void {
  const names = readdirSync(imagesDirectory);
  if (names.length === 1 && names[0] === fileName) rmSync(path.join(imagesDirectory, fileName));
}
