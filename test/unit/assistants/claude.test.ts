// Claude Code's data: command lines, and the login that its files hold.

import { describe, expect, it } from 'vitest';
import type { Gesture } from '../../../src/assistants/assistant.ts';
import { claude } from '../../../src/assistants/claude.ts';

const none: Gesture = { continue: false, yolo: false, json: false, contained: true };
const ask = (text: string, headless = true): Partial<Gesture> => ({ prompt: { text, headless } });

it.each<[Partial<Gesture>, string]>([
  [{}, ''],
  [ask('fix it'), '-p|fix it'],
  [ask('fix it', false), 'fix it'],
  [ask('-x is new'), '-p|--|-x is new'],
  [ask('doctor', false), '--|doctor'],
  [{ continue: true }, '--continue'],
  [{ yolo: true, model: 'opus' }, '--dangerously-skip-permissions|--model|opus'],
  [{ ...ask('a b'), json: true, continue: true }, '--continue|--output-format|json|-p|a b'],
])('%j is %s', (gesture, words) => {
  expect(claude.commandLine({ ...none, ...gesture }).join('|')).toBe(words);
});

describe('its login', () => {
  const oauth = (values: object): string => JSON.stringify({ claudeAiOauth: values });
  it.each([
    ['absent', undefined, undefined],
    ['malformed', '{"claudeAiOauth":', undefined],
    ['of another form', '[]', undefined],
    ['emptied', oauth({ accessToken: '', refreshToken: '', expiresAt: 0 }), undefined],
    [
      'renewable',
      oauth({ accessToken: 'a', refreshToken: 'r', expiresAt: 1 }),
      { kind: 'account' },
    ],
    ['ending', oauth({ accessToken: 'a', expiresAt: 1 }), { kind: 'account', until: 1 }],
  ])('%s', (_what, text, login) => {
    expect(claude.state.login((file) => (file === '.credentials.json' ? text : undefined))).toEqual(
      login,
    );
  });
});
