// A key that the user has given, kept in a file of its own below the `secrets` of a profile.

import path from 'node:path';
import { replaceTruth, truthOf, withLock } from './truth.ts';

/** The key that was there before has its backup. @throws AiError AI_STATE_UNWRITABLE */
export async function keepKey(
  stateDirectory: string,
  { file, key, profile, backups }: { file: string; key: string; profile: string; backups: number },
): Promise<void> {
  const truth = truthOf(stateDirectory, {
    truth: path.dirname(file),
    backups,
    profile,
    name: 'secrets',
  });
  await withLock(truth, () => {
    replaceTruth(truth, path.basename(file), `${key}\n`);
  });
}
