// `ai auth restore ASSISTANT`: its logins as they were before the last change, or at a named time.

import type { Assistant } from '../assistants/assistant.ts';
import { AiError } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { readForeign } from '../host/foreign-files.ts';
import { versionsIn } from './backups.ts';
import { markLoggedIn } from './logged-out.ts';
import { spreadLogin, type SharedPlace } from './spread.ts';
import { replaceTruth, withLock, type Truth } from './truth.ts';

export interface Version {
  /** In the state. */
  name: string;
  /** When it was replaced. */
  time: string;
}

/** The version of each login file that would come back. @throws AiError AI_BACKUP_MISSING */
export function versionsToRestore(
  truth: Truth,
  { name: assistant, state }: Assistant,
  from: string | undefined,
): readonly Version[] {
  const found = state.credentials.flatMap(({ file: name }) => {
    const versions = versionsIn(path.join(truth.backups, name));
    const time =
      from === undefined ? versions.at(-1) : versions.findLast((one) => one.startsWith(from));
    return time === undefined ? [] : [{ name, time }];
  });
  if (found.length > 0) return found;
  const all = state.credentials.flatMap(({ file }) => versionsIn(path.join(truth.backups, file)));
  const wanted = from === undefined ? `of ${assistant}` : `of ${assistant} from ${from}`;
  throw new AiError('AI_BACKUP_MISSING', { wanted, have: all });
}

/** @throws AiError AI_BACKUP_DAMAGED, AI_STATE_UNWRITABLE; nothing has changed then */
export async function restoreVersions(
  truth: Truth,
  { state }: Assistant,
  { versions, place }: { versions: readonly Version[]; place: SharedPlace },
): Promise<void> {
  const contents = versions.map(({ name, time }) => {
    const found = readForeign(truth.backups, `${name}/${time}`, { hardLinks: true });
    if ('bytes' in found) return { name, bytes: found.bytes };
    const file = path.join(truth.backups, name, time);
    throw new AiError('AI_BACKUP_DAMAGED', { path: file, cause: found.why });
  });
  await withLock(truth, () => {
    for (const { name, bytes } of contents) replaceTruth(truth, name, bytes);
    markLoggedIn(truth);
    spreadLogin(truth, state, place);
  });
}
