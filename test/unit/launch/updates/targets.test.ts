import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { isAiError } from '../../../../src/base/errors.ts';
import { targetsOf, type Target } from '../../../../src/launch/updates/targets.ts';
import { everybodyOn } from '../../../../src/launch/updates/update-base.ts';
import { tells } from '../../../../src/launch/updates/update-package.ts';
import { resolveSettings } from '../../../../src/settings/layers.ts';
import { temporaryDirectory } from '../../../support/test-directory.ts';

const definitions = {
  mine: { npm: '@me/mine@1.2.3' },
  ready: { image: 'aider/aider:1' },
};
const { settings } = resolveSettings([
  {
    origin: 'x',
    values: [{ key: 'assistants', value: { kind: 'data', data: definitions }, place: 'x' }],
  },
]);
const state = (...directories: string[]): { stateDirectory: string } => {
  const stateDirectory = temporaryDirectory();
  for (const name of directories) mkdirSync(path.join(stateDirectory, name), { recursive: true });
  return { stateDirectory };
};
const shown = (target: Target): string =>
  target.kind === 'package' ? target.names.join('+') : `${target.kind} ${target.assistant.name}`;
const of = (words: Parameters<typeof targetsOf>[2], where = state()): string[] =>
  targetsOf(where, settings, words).map(shown);

it('are packages, each once, with all assistants that are it', () => {
  expect(of(['glm', 'codex', 'claude'])).toEqual(['claude+glm', 'codex']);
  expect(of(['mine', 'ready'])).toEqual(['mine', 'ready ready']);
});

it('without names are the default one, and those that are here', () => {
  expect(of('here')).toEqual(['claude+glm']);
  const here = state('images/ai-in-docker-qwen-0123456789ab', 'native/codex/0.1', 'images/locks');
  expect(of('here', here)).toEqual(['claude+glm', 'codex', 'qwen']);
});

it('of a newer base are those that are named, and whoever has an image here', () => {
  const where = state('images/ai-in-docker-qwen-0123456789ab', 'native/codex/0.1');
  const named = targetsOf(where, settings, ['gemini']).filter(({ kind }) => kind === 'package');
  const all = everybodyOn(where, settings, named as Parameters<typeof everybodyOn>[2]);
  expect(all.map(shown)).toEqual(['gemini', 'qwen']);
});

it('are all of them, and no others', () => {
  expect(of('all')).toEqual([
    ...['claude+glm', 'gemini', 'codex', 'opencode', 'qwen', 'copilot'],
    ...['mine', 'ready ready'],
  ]);
  expect(() => of(['nonesuch'])).toThrow(
    expect.toSatisfy((error) => isAiError(error, 'AI_UNKNOWN_NAME')) as Error,
  );
});

it.each([
  ['2.1.329 (Claude Code)', '2.1.329', true],
  ['GitHub Copilot CLI 1.0.102.\nRun copilot update', '1.0.102', true],
  ['codex-cli 0.169.0', '0.169.0', true],
  ['v2.0.0-rc.1', '2.0.0-rc.1', true],
  ['12.1.329', '2.1.329', false],
  ['2.1.3290', '2.1.329', false],
  ['2.1.329-rc.1', '2.1.329', false],
  ['', '2.1.329', false],
])('%j tells %s: %s', (said, version, does) => {
  expect(tells(said, version)).toBe(does);
});
