// The mark of `ai auth logout`: until the next login nothing that continues the old one counts as a login.

import { lstatSync, rmSync } from 'node:fs';
import path from 'node:path';
import { writeFileAtomically } from '../host/files.ts';
import type { Truth } from './truth.ts';

const markOf = ({ directory }: Pick<Truth, 'directory'>): string =>
  path.join(directory, '.logged-out');

export const isLoggedOut = (truth: Pick<Truth, 'directory'>): boolean =>
  lstatSync(markOf(truth), { throwIfNoEntry: false }) !== undefined;

/** @throws AiError AI_STATE_UNWRITABLE */
export function markLoggedOut(truth: Truth): void {
  writeFileAtomically(markOf(truth), '', { mode: 0o600, owner: truth.owner });
}

export function markLoggedIn(truth: Truth): void {
  if (isLoggedOut(truth)) rmSync(markOf(truth), { force: true });
}
