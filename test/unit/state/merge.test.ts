// Which of several versions is kept: the rules as properties, and as examples. Files of real assistants: merge-files.test.ts.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Credential } from '../../../src/assistants/assistant.ts';
import { objectOf, ownValue, asObject, type JsonValue } from '../../../src/base/json.ts';
import { mergeJson } from '../../../src/state/merge-json.ts';
import { chooseLogin, type LoginContext } from '../../../src/state/merge-logins.ts';

/** As it comes out of a file: without -0. */
const json = fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as JsonValue);
const object = fc.dictionary(fc.string({ maxLength: 4 }), json, { maxKeys: 5 }).map(plain);
const maybe = fc.option(json, { nil: undefined });

/** Of the usual kind, with keys like `__proto__` as ordinary ones. */
function plain(value: Record<string, JsonValue>): Record<string, JsonValue> {
  return objectOf(Object.entries(value));
}

const now = Date.parse('2026-11-26T12:00:00Z');
const hour = 3_600_000;
const usual: LoginContext = { now, loggedOut: false, loggedIn: false };
const loggedOut: LoginContext = { ...usual, loggedOut: true };

describe('JSON of three versions', () => {
  const property = (
    check: (versions: {
      base: JsonValue | undefined;
      truth: JsonValue | undefined;
      session: JsonValue | undefined;
    }) => void,
  ): void => {
    fc.assert(fc.property(fc.record({ base: maybe, truth: maybe, session: maybe }), check));
  };

  it('has what only one side has changed', () => {
    property(({ base, truth, session }) => {
      expect(mergeJson({ base, truth: base, session })).toEqual(session);
      expect(mergeJson({ base, truth, session: base })).toEqual(truth);
    });
  });

  it('is what both sides agree on', () => {
    property(({ base, truth }) => {
      expect(mergeJson({ base, truth, session: truth })).toEqual(truth);
    });
  });

  it('stays as it is when the same session comes once more', () => {
    property(({ base, truth, session }) => {
      const merged = mergeJson({ base, truth, session });
      expect(mergeJson({ base, truth: merged, session })).toEqual(merged);
    });
  });

  it('has the changes of both sides where they are of different keys, down in objects too', () => {
    fc.assert(
      fc.property(
        object,
        json,
        json,
        fc.array(fc.string(), { maxLength: 3 }),
        (base, a, b, way) => {
          const with_ = (key: string, value: JsonValue): JsonValue =>
            way.reduceRight<JsonValue>(
              (inner, step) => objectOf([[step, inner]]),
              objectOf([...Object.entries(base), [key, value]]),
            );
          const before = way.reduceRight<JsonValue>(
            (inner, step) => objectOf([[step, inner]]),
            base,
          );
          const merged = mergeJson({
            base: before,
            truth: with_('key of the truth', a),
            session: with_('key of the session', b),
          });
          const inner = way.reduce<JsonValue>(
            (value, step) => ownValue(asObject(value), step)!,
            merged!,
          );
          expect(inner).toEqual(
            objectOf([...Object.entries(base), ['key of the truth', a], ['key of the session', b]]),
          );
        },
      ),
    );
  });

  it('has the session’s value where both have changed one to something else', () => {
    const scalar = fc.constantFrom<JsonValue>(null, true, false, 0, 1, '', 'x');
    fc.assert(
      fc.property(scalar, scalar, scalar, (base, truth, session) => {
        fc.pre(new Set([base, truth, session]).size === 3);
        expect(
          mergeJson({ base: { a: base }, truth: { a: truth }, session: { a: session } }),
        ).toEqual({ a: session });
      }),
    );
  });

  it.each<[string, JsonValue | undefined, JsonValue | undefined, JsonValue | undefined, unknown]>([
    [
      'a key taken out in the session',
      { a: 1, b: 2 },
      { a: 1, b: 2, c: 3 },
      { b: 2 },
      { b: 2, c: 3 },
    ],
    ['a key taken out elsewhere', { a: 1 }, {}, { a: 1, b: 2 }, { b: 2 }],
    ['a key taken out here and changed there', { a: 1 }, { a: 2 }, {}, { a: 2 }],
    ['items that both have added', ['a'], ['a', 'b'], ['a', 'c'], ['a', 'b', 'c']],
    ['the same item added twice', [], ['x', 'b'], ['b', 'x'], ['x', 'b']],
    ['an item taken out here, one added there', ['a', 'b'], ['a', 'b', 'c'], ['b'], ['b', 'c']],
    [
      'objects as items',
      [{ a: 1 }],
      [{ a: 1 }, { b: 1 }],
      [{ a: 1 }, { c: 1 }],
      [{ a: 1 }, { b: 1 }, { c: 1 }],
    ],
    ['a list that was none before', 'x', ['a'], ['b'], ['a', 'b']],
    ['keys in another order', { a: 1, b: 2 }, { a: 1, b: 3 }, { b: 2, a: 1 }, { a: 1, b: 3 }],
    [
      'keys that objects have anyway',
      {},
      { constructor: 1 },
      { toString: 2 },
      { constructor: 1, toString: 2 },
    ],
  ])('takes %s', (_what, base, truth, session, expected) => {
    expect(mergeJson({ base, truth, session })).toEqual(expected);
  });

  it('does not reach the prototype of anything', () => {
    const evil = JSON.parse('{"__proto__":{"polluted":true}}') as JsonValue;
    const merged = mergeJson({ base: {}, truth: { a: 1 }, session: evil });
    expect(Object.keys(merged as object)).toEqual(['a', '__proto__']);
    expect((merged as { polluted?: boolean }).polluted).toBeUndefined();
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

/** A login for the properties: it says itself what it is; anything else is none. */
const read = (value: JsonValue): Credential | undefined =>
  typeof value === 'object' && value !== null && 'renewable' in value
    ? (value as unknown as Credential)
    : undefined;
const login = (until: number, more: Partial<Credential> = {}): JsonValue => ({
  renewable: true,
  until: now + until,
  ...more,
});
const blank = fc.constantFrom<JsonValue | undefined>(undefined, null, '', {}, [], 'torn {');

describe('one login of several', () => {
  const choose = (
    base: JsonValue | undefined,
    truth: JsonValue | undefined,
    session: JsonValue | undefined,
    context = usual,
  ): JsonValue | undefined => chooseLogin({ base, truth, session }, read, context);

  it('is the newest that any session ever had, in whatever order they come and whatever they write', () => {
    const step = fc.record({
      session: fc.nat({ max: 3 }),
      does: fc.constantFrom('renew', 'look', 'look', 'blank', 'restore an old one'),
      blank,
      old: fc.nat({ max: 100 }),
    });
    const age = fc.constantFrom<(at: number) => JsonValue>(
      (at) => login(at),
      (at) => login(at, { account: 'ann' }),
      (at) => ({ renewable: true, made: now + at, until: now + 10 * hour, account: 'ann' }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), age, (steps, made) => {
        let clock = 0;
        const all = [made(clock)];
        let truth: JsonValue | undefined = all[0];
        const sessions = Array.from({ length: 4 }, () => ({ base: truth, copy: truth }));
        const look = (session: (typeof sessions)[number]): void => {
          truth = choose(session.base, truth, session.copy);
          session.base = session.copy = truth;
        };
        for (const { session: index, does, blank: nothing, old } of steps) {
          const session = sessions[index]!;
          if (does === 'look') look(session);
          if (does === 'blank') session.copy = nothing;
          if (does === 'restore an old one') session.copy = all[old % all.length];
          if (does !== 'renew') continue;
          all.push(made(++clock));
          session.copy = all.at(-1);
          look(session);
        }
        sessions.forEach(look);
        sessions.forEach(look);
        expect(truth).toEqual(all.at(-1));
        for (const { copy } of sessions) expect(copy).toEqual(truth);
      }),
    );
  });

  it('is never replaced by what is blank, deleted or nonsense, whatever was handed out', () => {
    fc.assert(
      fc.property(
        blank,
        fc.boolean(),
        fc.boolean(),
        fc.option(blank),
        (session, out, signIn, base) => {
          const truth = login(hour);
          const context = { now, loggedOut: out, loggedIn: signIn };
          expect(choose(base === null ? truth : base, truth, session, context)).toEqual(truth);
        },
      ),
    );
  });

  it('is chosen once: the same session coming again changes nothing', () => {
    const any = fc.option(
      fc.oneof(
        blank,
        fc.record({
          renewable: fc.boolean(),
          until: fc.integer({ min: now - hour, max: now + hour }),
          account: fc.constantFrom('ann', 'bob'),
        }),
      ),
      { nil: undefined },
    ) as fc.Arbitrary<JsonValue | undefined>;
    fc.assert(
      fc.property(any, any, any, fc.boolean(), (base, truth, session, out) => {
        const context = { ...usual, loggedOut: out };
        const chosen = choose(base, truth, session, context);
        expect(choose(base, chosen, session, context)).toEqual(chosen);
      }),
    );
  });

  it('is never a loan where there is one that can be renewed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -hour, max: 300 * hour }),
        fc.boolean(),
        (until, hasAccount) => {
          const account = hasAccount ? { account: 'ann' } : {};
          const ours = login(hour, account);
          const lent = login(hour, { ...account, renewable: false });
          const changed = login(until, { ...account, renewable: false });
          expect(choose(lent, ours, changed)).toEqual(ours);
          expect(choose(lent, ours, lent)).toEqual(ours);
          expect(choose(ours, ours, changed)).toEqual(ours);
        },
      ),
    );
  });

  const old = login(hour, { account: 'ann' });
  const newer = login(2 * hour, { account: 'ann' });
  const newest = login(3 * hour, { account: 'ann' });
  const bobs = login(30 * 60_000, { account: 'bob' });
  const farOff = login(400 * 24 * hour);
  type Row = [string, unknown, unknown, unknown, LoginContext, unknown];
  it.each<Row>([
    ['the renewed one', old, old, newer, usual, newer],
    ['the one renewed elsewhere', old, newer, old, usual, newer],
    ['the later of two renewed', old, newest, newer, usual, newest],
    ['the first one ever', undefined, undefined, old, usual, old],
    ['the one that is left where the truth was lost', old, undefined, old, usual, old],
    ['none where the user has logged out', old, undefined, old, loggedOut, undefined],
    ['none where it was renewed after the log-out', old, undefined, newer, loggedOut, undefined],
    ['a new one after the log-out', undefined, undefined, newer, loggedOut, newer],
    ['a new one over an emptied copy', {}, undefined, newer, loggedOut, newer],
    ['another account that the session has chosen', old, old, bobs, usual, bobs],
    ['the later of two accounts chosen at once', old, newer, bobs, usual, newer],
    [
      'what a run made to log in brings, though it ends earlier',
      undefined,
      newest,
      bobs,
      { ...usual, loggedIn: true },
      bobs,
    ],
    ['none that ends in a year and more', old, old, farOff, usual, old],
    ['a true one over one that ends in a year and more', farOff, farOff, old, usual, old],
    [
      'one that is over, but can be renewed',
      undefined,
      undefined,
      login(-hour),
      usual,
      login(-hour),
    ],
  ])('is %s', (_what, base, truth, session, context, expected) => {
    const of = (value: unknown): JsonValue | undefined => value as JsonValue | undefined;
    expect(choose(of(base), of(truth), of(session), context)).toEqual(expected);
  });

  it('is judged by times of one kind: when it was made is nothing to compare an end with', () => {
    const untilAlone = { renewable: true, until: now + 10 * hour };
    const later = { renewable: true, made: now + hour, until: now + 11 * hour };
    expect(choose(untilAlone, untilAlone, later)).toEqual(later);
    expect(choose(later, later, untilAlone)).toEqual(later);
  });
});
