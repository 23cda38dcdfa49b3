// Changes a settings file, the user's or a project's: whole or not at all, one `ai` at a time, and as whose it was.

import { chownSync, lstatSync, statSync, type Stats } from 'node:fs';
import { path } from '../base/path.ts';
import { readTextIfThere, unwritable, writeFileAtomically } from '../host/files.ts';
import { targetOf } from '../host/linked-file.ts';
import { isAnything, readForeign, replaceForeign } from '../host/foreign-files.ts';
import { whileLocked } from './change-file.ts';

export interface Written {
  file: string;
  /** False where it said so already, and was not written. */
  changed: boolean;
}

/** The new text for the old one, which is empty where there is no file. */
export type Change = (text: string) => string | Promise<string>;

/**
 * Changes the user's `config.yaml`. A file that is a link stays one: what it leads to is written.
 * @throws AiError AI_FILE_UNREADABLE, AI_STATE_UNWRITABLE, and what the change throws
 */
export async function changeUserSettings(stateDirectory: string, change: Change): Promise<Written> {
  const file = path.join(stateDirectory, 'config.yaml');
  return locked(stateDirectory, file, async () => {
    const target = targetOf(file);
    const text = readTextIfThere(target) ?? '';
    const next = await change(text);
    if (next === text) return { file, changed: false };
    const before = statSync(target, { throwIfNoEntry: false });
    writeFileAtomically(target, next, { mode: before ? before.mode & 0o777 : 0o600 });
    keepOwner(target, before);
    return { file, changed: true };
  });
}

/**
 * Changes a file in a project, where whoever works in it may have put anything: no link is followed.
 * @param name below the root
 * @throws AiError AI_STATE_UNWRITABLE, and what the change throws
 */
export async function changeProjectSettings(
  stateDirectory: string,
  { root, name }: { root: string; name: string },
  change: Change,
): Promise<Written> {
  const file = path.join(root, name);
  return locked(stateDirectory, file, async () => {
    const found = readForeign(root, name);
    if ('why' in found && isAnything(root, name)) throw unwritable(file, new Error(found.why));
    const before = 'why' in found ? { stamp: undefined, mode: 0o644 } : found;
    const text = 'bytes' in found ? found.bytes.toString('utf8') : '';
    const next = await change(text);
    if (next === text) return { file, changed: false };
    const isOurs = process.getuid?.() !== 0;
    const owner = isOurs ? undefined : lstatSync('why' in found ? path.dirname(file) : file);
    const { mode, stamp } = before;
    const bytes = Buffer.from(next);
    if (!write(root, name, bytes, { mode, owner, onlyOver: { stamp } }))
      throw unwritable(file, new Error('it was changed at the same moment'));
    return { file, changed: true };
  });
}

function write(...[root, name, bytes, options]: Parameters<typeof replaceForeign>): boolean {
  try {
    return replaceForeign(root, name, bytes, options);
  } catch (error) {
    throw unwritable(path.join(root, name), error);
  }
}

/** One lock for all of them: nobody waits long. It is not to lie in a project. */
const locked = <T>(stateDirectory: string, file: string, work: () => Promise<T>): Promise<T> =>
  whileLocked(stateDirectory, { name: '.config.yaml.lock', file }, work);

/** Root may set it for a user. */
function keepOwner(file: string, before: Stats | undefined): void {
  const own = process.getuid?.();
  if (own === 0 && before && before.uid !== own) chownSync(file, before.uid, before.gid);
}
