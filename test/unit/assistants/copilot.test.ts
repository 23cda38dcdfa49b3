// Copilot's data: command lines, trust, and the login that its commented file holds.

import { describe, expect, it } from 'vitest';
import type { Gesture } from '../../../src/assistants/assistant.ts';
import { copilot } from '../../../src/assistants/copilot.ts';

const none: Gesture = { continue: false, yolo: false, json: false, contained: true };
const ask = (text: string, headless = true): Partial<Gesture> => ({ prompt: { text, headless } });

it.each<[Partial<Gesture>, string]>([
  [{}, ''],
  [ask('fix it'), '-s|--prompt=fix it'],
  [ask('-x'), '-s|--prompt=-x'],
  [ask('-x', false), '--interactive=-x'],
  [{ continue: true, yolo: true }, '--yolo|--continue'],
  [{ ...ask('a'), json: true, model: 'm' }, '--model|m|--output-format|json|--prompt=a'],
])('%j is %s', (gesture, words) => {
  expect(copilot.commandLine({ ...none, ...gesture }).join('|')).toBe(words);
});

it('trusts what a container shows it, and nothing on the host', () => {
  const seeds = (project?: string) => copilot.state.seeds({ project, variables: new Map() });
  expect(seeds('/workspace/app')).toEqual({
    'config.json': { trustedFolders: ['/'] },
    'settings.json': { storeTokenPlaintext: true },
  });
  expect(seeds()).toEqual({});
});

describe('its login', () => {
  it.each([
    ['absent', undefined, undefined],
    ['malformed', '// note\n{', undefined],
    ['logged out', '// note\n{"lastLoggedInUser":null}', undefined],
    [
      'there',
      '// note\n{"lastLoggedInUser":{"host":"https://github.com","login":"ann"}}',
      { kind: 'account', who: 'ann' },
    ],
  ])('%s', (_what, text, login) => {
    expect(copilot.state.login((file) => (file === 'config.json' ? text : undefined))).toEqual(
      login,
    );
  });
});
