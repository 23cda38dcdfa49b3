// Which of two logins is kept: by validity and age, never by who wrote last. The one place with these rules. Pure.

import type { Credential, CredentialFile } from '../assistants/assistant.ts';
import { isObject, isSame, type JsonValue } from '../base/json.ts';
import { mergeJson, mergeKeys, type Versions } from './merge-json.ts';

export interface LoginContext {
  /** Milliseconds since 1970. */
  now: number;
  /** The user has logged out with `ai auth logout`: what continues the login of before is not one any more. */
  loggedOut: boolean;
  /** Logins that were ended so, by what renews them: whoever still renews one has no new login. */
  ended?: ReadonlySet<string>;
  /** The session was there to log in anew: what it brings is what the user wants. */
  loggedIn: boolean;
  /** The session has it on loan: what cannot renew itself is no login of the user's. */
  onLoan?: boolean;
}

/**
 * The document of a credential file: its logins by the rules below, the settings around them by three-way merge.
 * What the session has emptied, made unreadable or deleted stays as the truth has it.
 */
export function mergeCredentials(
  versions: Versions,
  rules: Pick<CredentialFile, 'logins' | 'read'>,
  context: LoginContext,
): JsonValue | undefined {
  return mergeAt(versions, rules.logins, (three) => chooseLogin(three, rules.read, context));
}

function mergeAt(
  versions: Versions,
  ways: CredentialFile['logins'],
  choose: (versions: Versions) => JsonValue | undefined,
): JsonValue | undefined {
  if (ways.some((way) => way.length === 0)) return choose(versions);
  if (ways.length === 0) return mergeJson(versions);
  const { truth, session } = versions;
  if (!isObject(truth) && !isObject(session)) return truth;
  return mergeKeys(versions, (key, inner) =>
    mergeAt(
      inner,
      ways.filter(([first]) => first === '*' || first === key).map(([, ...rest]) => rest),
      choose,
    ),
  );
}

/** One login in three versions. */
export function chooseLogin(
  { base, truth, session }: Versions,
  read: CredentialFile['read'],
  { now, loggedOut, loggedIn, ended, onLoan = false }: LoginContext,
): JsonValue | undefined {
  const understood = (value: JsonValue | undefined): Credential | undefined =>
    value === undefined ? undefined : plausible(read(value), now);
  const ours = understood(truth);
  const theirs = session === undefined ? undefined : read(session);
  if (theirs === undefined || (onLoan && !theirs.renewable)) return truth;
  if (theirs.renewedBy !== undefined && ended?.has(theirs.renewedBy)) return truth;
  const isUnchanged = isSame(session, base);
  if (ours === undefined) {
    // Gone without a log-out: whoever still has it gives it back. A log-out holds for what continues the old login.
    return loggedOut && understood(base) !== undefined ? truth : session;
  }
  if (isUnchanged || isSame(session, truth)) return truth;
  if (loggedIn) return session;
  const isOk = plausible(theirs, now) !== undefined;
  return isOk && isBetter(theirs, ours, isSame(truth, base)) ? session : truth;
}

/** Milliseconds. One that says that it is good for longer would outlive every true one: it replaces none. */
const longest = 366 * 24 * 3_600_000;

const plausible = (credential: Credential | undefined, now: number): Credential | undefined =>
  credential?.until !== undefined && credential.until > now + longest ? undefined : credential;

/** @param onlyTheirs the truth is as it was handed out, so only the session has changed it */
function isBetter(theirs: Credential, ours: Credential, onlyTheirs: boolean): boolean {
  const isOther =
    theirs.account !== undefined && ours.account !== undefined && theirs.account !== ours.account;
  // Another account, chosen in the session.
  if (isOther && onlyTheirs) return true;
  // A loan is no login of its own.
  if (ours.renewable && !theirs.renewable) return false;
  const [newer, older] =
    theirs.made !== undefined && ours.made !== undefined
      ? [theirs.made, ours.made]
      : [theirs.until, ours.until];
  return newer === undefined || older === undefined || newer > older;
}
