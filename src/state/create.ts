// Makes what has to exist on the host before the engine may touch it, as the user that it belongs to.

import {
  closeSync,
  fchmodSync,
  fchownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  type Stats,
} from 'node:fs';
import { AiError, systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { ensureDirectory, unwritable } from '../host/files.ts';
import { pathsBetween } from '../host/made-directories.ts';
import { HeldWay } from '../host/held-way.ts';
import { openDirectory } from '../host/open-directory.ts';
import type { Owner, Prepare } from '../plan/run-plan.ts';

type Item = Prepare['create'][number];

/**
 * Makes the directories and empty files of a plan that are not there yet.
 * @param made gets the path of each that was made, also when a later one fails
 * @throws AiError AI_MOUNT_INVALID where a symlink stands in the way, AI_STATE_UNWRITABLE where something cannot be made
 */
export function createMissing(items: readonly Item[], made: string[] = []): void {
  const way = new HeldWay();
  try {
    for (const [index, item] of items.entries()) {
      const { below } = item;
      const outermost = items[index - 1]?.below === below ? undefined : ensureDirectory(below);
      if (outermost !== undefined) made.push(...pathsBetween(outermost, below));
      try {
        createSteps(item, way, made);
      } catch (error) {
        if (error instanceof AiError) throw error;
        throw unwritable(item.path, error);
      }
    }
  } finally {
    way.close();
  }
}

/** Gives a directory of our state with all that is in it to whoever runs inside; only root has to see to that. */
export function giveTree(directory: string, { uid, gid }: Owner): void {
  const found = lstatSync(directory);
  if (found.uid === uid && found.gid === gid) return;
  const open = openDirectory(directory);
  try {
    for (const entry of readdirSync(open.self, { withFileTypes: true })) {
      if (entry.isDirectory()) giveTree(open.entry(entry.name), { uid, gid });
      else lchownSync(open.entry(entry.name), uid, gid);
    }
    open.chown(uid, gid);
  } finally {
    open.close();
  }
}

/** Goes down step by step. */
function createSteps(item: Item, way: HeldWay, made: string[]): void {
  const steps = path.relative(item.below, item.path).split(path.sep).filter(Boolean);
  way.begin(item.below);
  let target = item.below;
  for (const [depth, step] of steps.entries()) {
    target = path.join(target, step);
    const isLast = depth === steps.length - 1;
    if (!isLast && way.leadsThrough(target, depth + 1)) continue;
    const entry = way.backTo(depth).entry(step);
    if (makeIfMissing(entry, isLast ? item.kind : 'directory', item)) made.push(target);
    if (!isLast) way.goOn(target, entry);
  }
}

function makeIfMissing(
  entry: string,
  kind: Item['kind'],
  { path: target, mode, owner }: Item,
): boolean {
  const found = lstatSync(entry, { throwIfNoEntry: false });
  if (found !== undefined) {
    checkKind(target, found, kind);
    return false;
  }
  try {
    if (kind === 'directory') makeDirectory(entry, mode, owner);
    else makeFile(entry, mode, owner);
    return true;
  } catch (error) {
    // Another `ai` that starts at the same moment was first.
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function makeDirectory(entry: string, mode: number, { uid, gid }: Owner): void {
  mkdirSync(entry, { mode: 0o700 });
  const made = openDirectory(entry);
  if (isRoot()) made.chown(uid, gid);
  made.chmod(mode);
  made.close();
}

function makeFile(entry: string, mode: number, { uid, gid }: Owner): void {
  const descriptor = openSync(entry, 'wx', 0o600);
  if (isRoot()) fchownSync(descriptor, uid, gid);
  fchmodSync(descriptor, mode);
  closeSync(descriptor);
}

const isRoot = (): boolean => process.getuid?.() === 0;

/** The engine follows symlinks inside the container, this host would follow them anywhere: so neither gets to. */
function checkKind(target: string, found: Stats, kind: Item['kind']): void {
  const isRight = kind === 'directory' ? found.isDirectory() : found.isFile();
  if (isRight) return;
  const why = found.isSymbolicLink()
    ? 'a symlink is in the way, which could lead anywhere'
    : `what is there is no ${kind}`;
  throw new AiError('AI_MOUNT_INVALID', { text: target, why });
}
