// Values made of parts: what is right, and where exactly something is wrong.

import { describe, expect, it } from 'vitest';
import { mapOf, record, shown } from '../../../src/settings/shapes.ts';
import { choice, list, text } from '../../../src/settings/types.ts';

interface Door {
  url: string;
  kind?: 'in' | 'out';
  labels?: readonly string[];
}

const door = record<Door>({ url: text, kind: choice('in', 'out'), labels: list }, ['url']);
const doors = mapOf<Door>({ pattern: /^[a-z]+$/, expected: 'a name of small letters' }, door);

const problems = (data: unknown): readonly string[] =>
  (doors.problemsIn?.(data) ?? []).map(
    ({ path, problem, nearest }) =>
      `${path.join('.')}: ${problem}${nearest === undefined ? '' : ` (${nearest}?)`}`,
  );

describe('a map of records', () => {
  it('is read with all its parts', () => {
    expect(doors.fromData({ front: { url: 'x', kind: 'in', labels: 'one' } })).toEqual({
      front: { url: 'x', kind: 'in', labels: ['one'] },
    });
  });

  it.each<[string, unknown, readonly string[]]>([
    ['no map', [1], [': must be a map of names to a map with url, kind, labels, not “[1]”']],
    ['nothing', null, [': must be a map of names to a map with url, kind, labels, not nothing']],
    ['a wrong name', { Front: { url: 'x' } }, ['Front: must be a name of small letters']],
    ['a missing part', { front: {} }, ['front: needs url']],
    ['a slip', { front: { url: 'x', kinds: 'in' } }, ['front.kinds: is not a setting (kind?)']],
    [
      'an inherited key',
      { front: { url: 'x', toString: 'in' } },
      ['front.toString: is not a setting'],
    ],
    ['an empty part', { front: { url: null } }, ['front.url: must be a text, not nothing']],
    [
      'all at once',
      { front: { kind: 'up', labels: [1] }, back: 'x' },
      [
        'front: needs url',
        'front.kind: must be one of in, out, not “up”',
        'front.labels: must be a list of texts, not “[1]”',
        'back: must be a map with url, kind, labels, not “x”',
      ],
    ],
  ])('with %s is refused at the place', (_what, data, expected) => {
    expect(problems(data)).toEqual(expected);
    expect(doors.fromData(data)).toBeUndefined();
  });

  it('takes a key __proto__ for a name that is none', () => {
    expect(problems(JSON.parse('{ "__proto__": { "url": "x" } }'))).toEqual([
      '__proto__: must be a name of small letters',
    ]);
  });

  it('is laid over an earlier one name by name and key by key', () => {
    const combined = doors.combine?.(
      { front: { url: 'x', kind: 'in' }, back: { url: 'y' } },
      { front: { url: 'z' }, side: { url: 's' } },
    );
    expect(combined).toEqual({
      front: { url: 'z', kind: 'in' },
      back: { url: 'y' },
      side: { url: 's' },
    });
  });

  it('says to editors what it is', () => {
    expect(doors.json).toEqual({
      type: 'object',
      patternProperties: {
        '^[a-z]+$': {
          type: 'object',
          additionalProperties: false,
          properties: { url: text.json, kind: { enum: ['in', 'out'] }, labels: list.json },
          required: ['url'],
        },
      },
      additionalProperties: false,
    });
  });
});

describe('a value in a message', () => {
  it.each<[unknown, string]>([
    [undefined, 'nothing'],
    ['', 'nothing'],
    [Infinity, '“Infinity”'],
    [['a'], '“["a"]”'],
    ['x'.repeat(100), `“${'x'.repeat(59)}…”`],
  ])('%j is shown as %s', (value, expected) => {
    expect(shown(value)).toBe(expected);
  });
});
