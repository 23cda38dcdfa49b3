// Makes what has to exist on the host before the engine may touch it, as the user that it belongs to.

import {
  chmodSync,
  closeSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import { AiError, messageOf, systemCode } from '../base/errors.ts';
import type { Owner, Prepare } from '../plan/run-plan.ts';

/**
 * Makes the directories and empty files of a plan that are not there yet.
 * @throws AiError AI_MOUNT_INVALID where a symlink stands in the way, AI_STATE_UNWRITABLE where something cannot be made
 */
export function createMissing(items: Prepare['create']): void {
  for (const item of items) {
    const from = lookAt(item.below) === undefined ? ensureAncestors(item.below) : item.below;
    const steps = path
      .relative(from, item.path)
      .split(path.sep)
      .filter((step) => step !== '');
    let current = from;
    for (const [index, step] of steps.entries()) {
      current = path.join(current, step);
      const isLast = index === steps.length - 1;
      makeIfMissing(current, isLast ? item.kind : 'directory', item);
    }
  }
}

/** Everything below a directory of our state belongs to whoever runs inside; only root has to see to that. */
export function giveTree(directory: string, owner: Owner): void {
  const { uid, gid } = lstatSync(directory);
  if (uid === owner.uid && gid === owner.gid) return;
  lchownSync(directory, owner.uid, owner.gid);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const child = path.join(directory, entry.name);
    if (entry.isDirectory()) giveTree(child, owner);
    else lchownSync(child, owner.uid, owner.gid);
  }
}

function ensureAncestors(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unwritable(directory, error);
  }
  return directory;
}

function makeIfMissing(
  target: string,
  kind: 'file' | 'directory',
  { mode, owner }: Prepare['create'][number],
): void {
  const found = lookAt(target);
  if (found !== undefined) {
    checkKind(target, found, kind);
    return;
  }
  try {
    if (kind === 'directory') mkdirSync(target, { mode });
    else closeSync(openSync(target, 'wx', mode));
    chmodSync(target, mode);
    if (process.getuid?.() === 0) lchownSync(target, owner.uid, owner.gid);
  } catch (error) {
    // Another `ai` that starts at the same moment was first.
    if (systemCode(error) !== 'EEXIST') throw unwritable(target, error);
  }
}

/** The engine follows symlinks inside the container, this host would follow them anywhere: so neither gets to. */
function checkKind(target: string, found: Stats, kind: 'file' | 'directory'): void {
  const isRight = kind === 'directory' ? found.isDirectory() : found.isFile();
  if (!isRight)
    throw new AiError('AI_MOUNT_INVALID', {
      text: target,
      why: found.isSymbolicLink()
        ? 'it is a symlink, which could lead anywhere'
        : `it is no ${kind}`,
    });
}

function lookAt(file: string): Stats | undefined {
  try {
    return lstatSync(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw unwritable(file, error);
  }
}

const unwritable = (file: string, error: unknown): AiError =>
  new AiError('AI_STATE_UNWRITABLE', { path: file, cause: messageOf(error) }, { cause: error });
