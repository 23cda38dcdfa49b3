// Logins that live in two places: the truth, and a file of the user's own that it was taken over from (the assistant's home
// on the host, the shell functions of before). A refresh token works once, so both have to have the newest one.

import { lstatSync } from 'node:fs';
import { isSame, parseJson, type JsonObject, type JsonValue } from '../base/json.ts';
import { path } from '../base/path.ts';
import { readRegularFile, readTextIfThere, writeFileAtomically } from '../host/files.ts';
import { keepVersion } from './backups.ts';
import { holdsLogin, loginsIn, mergedText, readDocument, type Rule } from './documents.ts';
import type { LoginContext } from './merge-logins.ts';
import { replaceTruth, type Truth } from './truth.ts';

/** Below the truth; no session gets to write a file of this name. */
const registry = '.mirrors.json';

/** The files, absolute, that hold the same login as this one of the truth. */
export function mirrorsOf({ directory }: Truth, name: string): readonly string[] {
  const all = parseJson(readTextIfThere(path.join(directory, registry)));
  const files = all?.[name];
  return Array.isArray(files)
    ? files.filter((file): file is string => typeof file === 'string')
    : [];
}

/** From now on both are kept in step. @throws AiError AI_STATE_UNWRITABLE */
export function addMirror(truth: Truth, name: string, file: string): void {
  const all = parseJson(readTextIfThere(path.join(truth.directory, registry))) ?? {};
  const files = [...new Set([...mirrorsOf(truth, name), file])];
  write(truth, { ...all, [name]: files });
}

/** Each goes its own way from now on. @throws AiError AI_STATE_UNWRITABLE */
export function forgetMirrors(truth: Truth): void {
  if (lstatSync(path.join(truth.directory, registry), { throwIfNoEntry: false })) write(truth, {});
}

/**
 * Brings the truth and its mirrors to the newest login that any of them holds. One that is gone or holds none was logged
 * out there, and one of another account is another login: those are left alone.
 * @returns the text of the truth
 * @throws AiError AI_STATE_UNWRITABLE where the truth cannot be written
 */
export function agreeWithMirrors(
  truth: Truth,
  rule: Rule,
  text: string | undefined,
  context: LoginContext,
): string | undefined {
  let newest = text;
  const files = mirrorsOf(truth, rule.name);
  for (const file of files) {
    const theirs = comparable(rule, newest, file);
    const merged =
      theirs && mergedText(rule, { base: undefined, truth: newest, session: theirs }, context);
    if (merged === undefined) continue;
    replaceTruth(truth, rule.name, merged);
    newest = merged;
  }
  for (const file of files) bringUpToDate(truth, rule, newest, file, context);
  return newest;
}

function bringUpToDate(
  { backups, keep }: Truth,
  rule: Rule,
  ours: string | undefined,
  file: string,
  context: LoginContext,
): void {
  const theirs = comparable(rule, ours, file);
  if (theirs === undefined || ours === undefined) return;
  const merged = mergedText(rule, { base: undefined, truth: theirs, session: ours }, context);
  if (merged === undefined || isSame(readDocument(rule, merged), readDocument(rule, theirs)))
    return;
  try {
    keepVersion(file, path.join(backups, 'elsewhere', rule.name), keep);
    const { mode, uid, gid } = lstatSync(file);
    const owner = process.getuid?.() === 0 ? { uid, gid } : undefined;
    writeFileAtomically(file, merged, { mode: mode & 0o777, owner });
  } catch {
    // Not ours to write: then it is the user's own matter.
  }
}

/** The text of a mirror that holds a login of the same account, as far as can be told. */
function comparable(rule: Rule, truth: string | undefined, file: string): string | undefined {
  const text = readRegularFile(file);
  const document = readDocument(rule, text);
  if (!holdsLogin(rule, document)) return undefined;
  const [ours, theirs] = [readDocument(rule, truth), document].map((one) => accountsIn(rule, one));
  return ours?.size && theirs?.size && ![...theirs].some((account) => ours.has(account))
    ? undefined
    : text;
}

const accountsIn = (rule: Rule, document: JsonValue | undefined): ReadonlySet<string> =>
  new Set(loginsIn(rule, document).flatMap(({ account }) => account ?? []));

function write(truth: Truth, content: JsonObject): void {
  writeFileAtomically(path.join(truth.directory, registry), JSON.stringify(content), {
    mode: 0o600,
    owner: truth.owner,
  });
}
