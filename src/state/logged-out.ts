// The mark of `ai auth logout`: until the next login nothing that continues the old one counts as a login.

import { lstatSync, rmSync } from 'node:fs';
import { isList, parseJsonValue } from '../base/json.ts';
import { path } from '../base/path.ts';
import { readTextIfThere, writeFileAtomically } from '../host/files.ts';
import type { Truth } from './truth.ts';

const markOf = ({ directory }: Pick<Truth, 'directory'>): string =>
  path.join(directory, '.logged-out');

export const isLoggedOut = (truth: Pick<Truth, 'directory'>): boolean =>
  lstatSync(markOf(truth), { throwIfNoEntry: false }) !== undefined;

/** What renewed the logins that were ended; empty where there was no log-out since the last login. */
export function endedLogins(truth: Pick<Truth, 'directory'>): ReadonlySet<string> {
  const hashes = parseJsonValue(readTextIfThere(markOf(truth)));
  return new Set(isList(hashes) ? hashes.filter((hash) => typeof hash === 'string') : []);
}

/** @param ended what renewed the logins that are ended. @throws AiError AI_STATE_UNWRITABLE */
export function markLoggedOut(truth: Truth, ended: readonly string[]): void {
  const all = [...new Set([...endedLogins(truth), ...ended])];
  writeFileAtomically(markOf(truth), JSON.stringify(all), { mode: 0o600, owner: truth.owner });
}

export function markLoggedIn(truth: Truth): void {
  if (isLoggedOut(truth)) rmSync(markOf(truth), { force: true });
}
