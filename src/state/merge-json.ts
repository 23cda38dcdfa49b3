// Three versions of a JSON document become one: what was handed out, the truth of now, and what a session made of it. Pure.

import { isList, isObject, isSame, objectOf, ownValue, type JsonValue } from '../base/json.ts';

/** Undefined: not there. */
export interface Versions {
  /** As it was handed out. */
  base: JsonValue | undefined;
  truth: JsonValue | undefined;
  session: JsonValue | undefined;
}

/**
 * Whatever only one side has changed is taken from that side, down to single values; of what both have changed the session's.
 * Lists that both have changed have the items of both, without those that either took out.
 */
export function mergeJson({ base, truth, session }: Versions): JsonValue | undefined {
  if (isSame(session, base) || isSame(session, truth)) return truth;
  if (isSame(truth, base)) return session;
  if (isObject(session) && (isObject(truth) || (truth === undefined && isObject(base)))) {
    const merged = mergeKeys({ base, truth, session }, (_, versions) => mergeJson(versions));
    // Of what is gone there only the changes come back.
    return truth === undefined && isSame(merged, {}) ? undefined : merged;
  }
  if (isList(truth) && isList(session)) return mergeLists(isList(base) ? base : [], truth, session);
  // Deleted there and changed here, or changed to different things: the change that came last.
  return session === undefined ? truth : session;
}

/** An object of what `merge` makes of each key that any version has. */
export function mergeKeys(
  { base, truth, session }: Versions,
  merge: (key: string, versions: Versions) => JsonValue | undefined,
): JsonValue {
  const [a, b, c] = [base, truth, session].map((version) =>
    isObject(version) ? version : undefined,
  );
  const keys = new Set([b, c, a].flatMap((version) => Object.keys(version ?? {})));
  return objectOf(
    [...keys].flatMap((key) => {
      const merged = merge(key, {
        base: ownValue(a, key),
        truth: ownValue(b, key),
        session: ownValue(c, key),
      });
      return merged === undefined ? [] : [[key, merged] as const];
    }),
  );
}

function mergeLists(
  base: readonly JsonValue[],
  truth: readonly JsonValue[],
  session: readonly JsonValue[],
): JsonValue {
  const has = (list: readonly JsonValue[], item: JsonValue): boolean =>
    list.some((other) => isSame(other, item));
  const kept = truth.filter((item) => has(session, item) || !has(base, item));
  const added = session.filter((item) => !has(base, item) && !has(truth, item));
  return [...kept, ...added];
}
