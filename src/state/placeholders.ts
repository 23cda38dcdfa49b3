// What ai puts into a repository for the time of a run, so that a session cannot: made before the start, taken away after the last run.

import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { AiError, systemCode } from '../base/errors.ts';
import { isInside } from '../base/paths.ts';
import { unwritable } from '../host/files.ts';
import { within } from '../host/foreign-files.ts';
import { openDirectory } from '../host/open-directory.ts';
import type { Prepare, RunPlan } from '../plan/run-plan.ts';

type Placeholder = NonNullable<Prepare['placeholders']>[number];

/**
 * Makes those that are not there.
 * @throws AiError AI_PROTECT_LINK where something else stands there by now, AI_STATE_UNWRITABLE
 */
export function makePlaceholders({ prepare }: Pick<RunPlan, 'prepare'>): void {
  for (const one of prepare.placeholders ?? []) {
    try {
      at(one, (file) => {
        makeOne(file, one);
      });
    } catch (error) {
      if (error instanceof AiError) throw error;
      throw unwritable(one.path, error);
    }
  }
}

/**
 * Takes away those that are as they were made, and that no other run needs: to remove one takes the mount away that another has on it.
 * @param mounted what containers of other runs have mounted, as the engine says; one in a virtual machine puts something before it
 */
export function removePlaceholders(
  { prepare, run }: Pick<RunPlan, 'prepare' | 'run'>,
  others: readonly Pick<RunPlan, 'run' | 'mounts'>[],
  mounted: ReadonlySet<string> = new Set(),
): void {
  const known = others.filter((other) => other.run.id !== run.id).flatMap(({ mounts }) => mounts);
  for (const one of prepare.placeholders ?? []) {
    const isNeeded = known.some(({ source, over }) => (over ?? source) === one.path);
    if (isNeeded || [...mounted].some((source) => mayCover(one, source, known))) continue;
    try {
      at(one, (file) => {
        if (one.kind === 'directory') rmdirSync(file);
        else if (isAsMade(file, one)) unlinkSync(file);
      });
    } catch {
      // Gone, or something else by now: not ours to remove.
    }
  }
}

/** An overlay on it has another source: then whoever has mounted what it is in may have one, unless it is known what that run has. */
const mayCover = (
  { path, overlay }: Placeholder,
  source: string,
  known: readonly Pick<RunPlan['mounts'][number], 'source'>[],
): boolean =>
  source.endsWith(path) ||
  (overlay === true && isInside(path, source) && !known.some((one) => one.source === source));

/** Each directory on the way is held open: a session that runs there could put a link in its place. */
const at = ({ path }: Placeholder, use: (file: string) => void): void => {
  within('/', path.slice(1), (file) => {
    use(file);
    return true;
  });
};

function makeOne(file: string, { path, kind, text = '', owner, overlay }: Placeholder): void {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found !== undefined) {
    if (kind === 'file' ? found.isFile() : found.isDirectory()) return;
    throw overlay
      ? new AiError('AI_MOUNT_INVALID', { text: path, why: 'something else stands there by now' })
      : new AiError('AI_PROTECT_LINK', { path });
  }
  const isRoot = process.getuid?.() === 0;
  try {
    if (kind === 'directory') {
      mkdirSync(file, { mode: 0o700 });
      const made = openDirectory(file);
      if (isRoot) made.chown(owner.uid, owner.gid);
      made.chmod(0o755);
      made.close();
      return;
    }
    const descriptor = openSync(file, 'wx', 0o600);
    try {
      writeSync(descriptor, text);
      if (isRoot) fchownSync(descriptor, owner.uid, owner.gid);
      fchmodSync(descriptor, 0o644);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    // Another run that starts at the same moment was first.
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

function isAsMade(file: string, { text = '' }: Placeholder): boolean {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const descriptor = openSync(file, flags);
  try {
    const { size, nlink } = fstatSync(descriptor);
    const isSame = size === Buffer.byteLength(text) && nlink === 1;
    return isSame && readFileSync(descriptor, 'utf8') === text;
  } finally {
    closeSync(descriptor);
  }
}
