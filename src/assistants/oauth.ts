// Logins by OAuth as assistants keep them in JSON: where the parts of one stand is data, how it is read and lent is here.

import { createHash } from 'node:crypto';
import { asObject, isObject, objectOf, ownValue, type JsonValue } from '../base/json.ts';
import type { Credential, CredentialFile } from './assistant.ts';
import { claimsOf, filled } from './words.ts';

/** A login by OAuth in JSON: where its parts stand. `lent` is what replaces the refresh token in a copy that must not renew. */
export interface OAuthPlaces {
  readonly access: readonly string[];
  readonly refresh: readonly string[];
  /** Milliseconds since 1970 at which the access token ends; where it is a JSON web token, that says so itself. */
  readonly until?: readonly string[];
  /** When it was made or renewed, as ISO 8601. */
  readonly made?: readonly string[];
  /** Whose it is. */
  readonly account?: readonly string[];
  /** A key that may stand there instead. */
  readonly key?: readonly string[];
  readonly lent: 'absent' | 'empty';
}

/** How such a login is read and lent. */
export function oauth(places: OAuthPlaces): Pick<CredentialFile, 'read' | 'lend'> {
  return {
    read: (value) => {
      const text = (way: readonly string[] | undefined): string | undefined =>
        way && filled(valueAt(value, way));
      const access = text(places.access);
      const refresh = text(places.refresh);
      if (access === undefined && refresh === undefined)
        return text(places.key) === undefined ? undefined : { renewable: true };
      return credential({
        account: text(places.account),
        made: Date.parse(text(places.made) ?? ''),
        until: (places.until && valueAt(value, places.until)) ?? endOfToken(access),
        refresh,
      });
    },
    lend: (value) => changeAt(value, places.refresh, places.lent === 'empty' ? '' : undefined),
  };
}

/** As Google's libraries write it down: gemini, and qwen, which came from it. */
export const googleLogin: CredentialFile = {
  file: 'oauth_creds.json',
  logins: [[]],
  ...oauth({
    access: ['access_token'],
    refresh: ['refresh_token'],
    until: ['expiry_date'],
    lent: 'absent',
  }),
};

/** A login that is one text, without an end: a key. It is lent as it is. */
export const keyText: Pick<CredentialFile, 'read' | 'lend'> = {
  read: (value) => (filled(value) === undefined ? undefined : { renewable: true }),
  lend: (value) => value,
};

/** A credential of what was found; numbers that are none are left out. An access token that is over and cannot be renewed still is one. */
function credential(found: {
  account: string | undefined;
  made: number;
  until: JsonValue | undefined;
  refresh: string | undefined;
}): Credential {
  const { account, made, until, refresh } = found;
  return {
    ...(account !== undefined && { account }),
    ...(Number.isFinite(made) && { made }),
    ...(typeof until === 'number' && { until }),
    ...(refresh !== undefined && { renewedBy: hashOf(refresh) }),
    renewable: refresh !== undefined,
  };
}

const hashOf = (token: string): string =>
  createHash('sha256').update(token).digest('hex').slice(0, 16);

/** Milliseconds since 1970. */
function endOfToken(token: string | undefined): number | undefined {
  const end = claimsOf(token)?.['exp'];
  return typeof end === 'number' ? end * 1000 : undefined;
}

const valueAt = (value: JsonValue, way: readonly string[]): JsonValue | undefined =>
  way.reduce<JsonValue | undefined>((inner, key) => ownValue(asObject(inner), key), value);

/** The value with another text at that place, or without it; as it is where there is nothing at that place. */
function changeAt(
  value: JsonValue,
  [key = '', ...rest]: readonly string[],
  text: string | undefined,
): JsonValue {
  const inner = ownValue(asObject(value), key);
  if (!isObject(value) || inner === undefined) return value;
  if (rest.length > 0) return { ...value, [key]: changeAt(inner, rest, text) };
  if (text !== undefined) return { ...value, [key]: text };
  return objectOf(Object.entries(value).filter(([name]) => name !== key));
}
