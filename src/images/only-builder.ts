// One `ai` at a time makes images, and what a dead one has left half made goes first.

import { path } from '../base/path.ts';
import { ensureDirectory } from '../host/files.ts';
import { pathsBetween, removeEmpty } from '../host/made-directories.ts';
import { clearDeadBuilds, closeRecord, openRecord, type BuildRecord } from './build-record.ts';
import { forgetLoneWord } from './cache-word.ts';
import { acquireLock } from './lock.ts';
import type { ImageServices } from './request.ts';

/** Does the work with a record of its own. @throws AiError AI_STATE_UNWRITABLE, AI_INTERRUPTED, and what the work throws */
export async function asOnlyBuilder(
  imagesDirectory: string,
  { docker, emit, interrupt }: ImageServices,
  work: (record: BuildRecord) => Promise<void>,
): Promise<void> {
  const outermost = ensureDirectory(imagesDirectory);
  const release = await acquireLock(path.join(imagesDirectory, 'build.lock'), {
    interrupt,
    onWait: () => {
      emit({ type: 'note', text: 'another ai is making an image: waiting for it' });
    },
  });
  try {
    await clearDeadBuilds(docker, imagesDirectory);
    const record = openRecord(imagesDirectory);
    try {
      await work(record);
    } finally {
      closeRecord(record);
    }
  } finally {
    release();
    // Without an image (no network, the user said no) nothing of the attempt stays.
    if (outermost !== undefined) forgetLoneWord(imagesDirectory);
    if (outermost !== undefined) removeEmpty(pathsBetween(outermost, imagesDirectory));
  }
}
