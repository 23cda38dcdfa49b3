// `ai auth logout`: the logins of one assistant are taken out of the truth and out of every running session.

import { lstatSync } from 'node:fs';
import type { Assistant } from '../assistants/assistant.ts';
import { path } from '../base/path.ts';
import { readRegularFile } from '../host/files.ts';
import { secretFile } from '../plan/kept-values.ts';
import { globalState } from '../plan/places.ts';
import { loginsIn, readDocument, ruleOf, withoutLogins } from './documents.ts';
import { markLoggedOut } from './logged-out.ts';
import { forgetMirrors, mirrorsOf } from './mirrors.ts';
import { spreadLogin } from './spread.ts';
import { removeTruth, replaceTruth, truthOf, withLock, type Truth } from './truth.ts';

export interface LoggedOut {
  /** Files of the truth, and of keys, that held a login. */
  files: readonly string[];
  /** The user's own files elsewhere that still hold it. */
  remaining: readonly string[];
}

/**
 * Every file has its backup. Live sync takes the login out of running sessions; nothing is revoked at the vendor.
 * @throws AiError AI_STATE_UNWRITABLE
 */
export async function logOut(
  { name, state, hostVariables }: Assistant,
  {
    stateDirectory,
    profile,
    backups,
  }: { stateDirectory: string; profile: string; backups: number },
): Promise<LoggedOut> {
  const global = globalState(stateDirectory, profile);
  const of = (directory: string, as: string): Truth =>
    truthOf(stateDirectory, { truth: path.join(global, directory), backups, profile, name: as });
  const truth = of(name, name);
  const secrets = of('secrets', 'secrets');
  return withLock(truth, () => {
    const files: string[] = [];
    const ended: string[] = [];
    const remaining: string[] = [];
    for (const { file } of state.credentials) {
      remaining.push(...mirrorsOf(truth, file));
      const removed = removeLogins(truth, file);
      if (removed === undefined) continue;
      files.push(path.join(truth.directory, file));
      ended.push(...removed);
    }
    for (const { name: variable, file = variable, secret } of hostVariables) {
      const key = secretFile(global, file);
      if (!secret || !lstatSync(key, { throwIfNoEntry: false })) continue;
      removeTruth(secrets, file);
      files.push(key);
    }
    if (lstatSync(truth.directory, { throwIfNoEntry: false })) {
      markLoggedOut(truth, ended);
      forgetMirrors(truth);
    }
    spreadLogin(truth, state, { stateDirectory, profile, name });
    return { files, remaining };
  });

  /** What renewed them; undefined where there are none. */
  function removeLogins(from: Truth, file: string): readonly string[] | undefined {
    const rule = ruleOf(state, file);
    const document = readDocument(rule, readRegularFile(path.join(from.directory, file)));
    const logins = loginsIn(rule, document);
    if (document === undefined || logins.length === 0) return undefined;
    const rest = withoutLogins(rule, document);
    if (rest === undefined || Object.keys(rest as object).length === 0) removeTruth(from, file);
    else replaceTruth(from, file, `${JSON.stringify(rest, null, 2)}\n`);
    return logins.flatMap(({ renewedBy }) => renewedBy ?? []);
  }
}
