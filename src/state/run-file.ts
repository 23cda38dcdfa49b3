// Writes one file of a run: private to it, in directories that nobody else can write, so no more care than the right mode.

import { chmodSync, lchownSync, writeFileSync } from 'node:fs';
import { unwritable } from '../host/files.ts';
import type { Owner } from '../plan/run-plan.ts';

/** @throws AiError AI_STATE_UNWRITABLE */
export function writeRunFile(file: string, text: string, mode: number, owner?: Owner): void {
  try {
    writeFileSync(file, text, { mode });
    chmodSync(file, mode);
    if (owner && process.getuid?.() === 0) lchownSync(file, owner.uid, owner.gid);
  } catch (error) {
    throw unwritable(file, error);
  }
}
