// The assistant's own word for “ask for nothing”: as `--yolo` for the files that this machine runs, and never less than what is set.

import { expect, it } from 'vitest';
import { assistants, assistantsOf } from '../../../src/assistants/registry.ts';
import { withOwnYolo } from '../../../src/plan/own-yolo.ts';
import { buildFacts } from '../../support/build-facts.ts';

const { settings, request } = buildFacts();
const protectWith = (
  name: keyof typeof assistants,
  own: readonly string[],
  set?: typeof settings.protect,
): string | undefined =>
  withOwnYolo(
    { ...settings, protect: set },
    { ...request, kind: 'assistant', continue: false, json: false, arguments: own },
    assistants[name],
  ).protect;

it.each([
  ['claude', '--dangerously-skip-permissions'],
  ['glm', '--dangerously-skip-permissions'],
  ['codex', '--yolo'],
  ['gemini', '--yolo'],
  ['qwen', '--yolo'],
  ['copilot', '--yolo'],
  ['opencode', '--auto'],
] as const)('%s %s', (name, word) => {
  expect(protectWith(name, ['--verbose', word])).toBe('readonly');
  expect(protectWith(name, ['--verbose'])).toBeUndefined();
  // There it is a part of the prompt.
  expect(protectWith(name, ['--', word])).toBeUndefined();
});

it('what is set counts', () => {
  expect(protectWith('claude', ['--dangerously-skip-permissions'], 'report')).toBe('report');
});

it('is said to the assistant only, not to a program', () => {
  const exec = { ...request, kind: 'exec', command: ['x', '--yolo'] } as const;
  expect(withOwnYolo(settings, exec, assistants.codex).protect).toBeUndefined();
});

it('an assistant without such a word has none', () => {
  const own = assistantsOf({ own: { image: 'example/own:1' } }).get('own')!;
  const given = { ...request, kind: 'assistant', continue: false, json: false } as const;
  const asked = { ...given, assistant: 'own', arguments: ['--yolo'] };
  expect(withOwnYolo(settings, asked, own).protect).toBeUndefined();
});
