// opencode's data: command lines, the place of its database, and the logins that its file holds.

import { describe, expect, it } from 'vitest';
import type { Gesture } from '../../../src/assistants/assistant.ts';
import { opencode } from '../../../src/assistants/opencode.ts';

const none: Gesture = { continue: false, yolo: false, json: false, contained: true };
const ask = (text: string, headless = true): Partial<Gesture> => ({ prompt: { text, headless } });

it.each<[Partial<Gesture>, string]>([
  [{}, ''],
  [ask('fix it'), 'run|--|fix|it'],
  [ask('-x  "y z"'), 'run|--|-x||"y|z"'],
  [ask('-x y', false), '--prompt=-x y'],
  // It would take these for numbers, and fail.
  [
    ask('add 2 -3 .5 1e9 0x1F 7\n\nto 4x 1,2 v3'),
    'run|--|add|2\u200b|-3\u200b|.5\u200b|1e9\u200b|0x1F\u200b|7\n\nto|4x|1,2|v3',
  ],
  [{ continue: true, yolo: true }, '--auto|--continue'],
  [{ ...ask('a'), json: true, model: 'v/m' }, 'run|--model|v/m|--format|json|--|a'],
])('%j is %s', (gesture, words) => {
  expect(opencode.commandLine({ ...none, ...gesture }).join('|')).toBe(words);
});

it('keeps its database in a directory of the project', () => {
  const file = opencode.state.variables('/home/ai').OPENCODE_DB;
  const places = opencode.state.conversations.map(({ inside }) => `/home/ai/${inside}/`);
  expect(places.filter((place) => file.startsWith(place))).toHaveLength(1);
});

describe('its login', () => {
  it.each([
    ['absent', undefined, undefined],
    ['malformed', '{', undefined],
    ['emptied', '{}', undefined],
    ['a key', '{"anthropic":{"type":"api","key":"k"}}', { kind: 'key' }],
    ['an account', '{"a":{"type":"api","key":"k"},"b":{"type":"oauth"}}', { kind: 'account' }],
  ])('%s', (_what, text, login) => {
    expect(opencode.state.login((file) => (file === 'data/auth.json' ? text : undefined))).toEqual(
      login,
    );
  });
});
