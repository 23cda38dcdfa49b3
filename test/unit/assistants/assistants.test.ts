// Every assistant's data, held against what the rest of the program takes for granted.

import { describe, expect, it } from 'vitest';
import type { Assistant } from '../../../src/assistants/assistant.ts';
import { assistantVersions } from '../../../src/assistants/pins.ts';
import { assistantNames, assistants, isAssistantName } from '../../../src/assistants/registry.ts';

describe.each(assistantNames)('%s', (name) => {
  const assistant: Assistant = assistants[name];
  const { gestures, state, hostVariables, environment } = assistant;

  it('is called so, and pinned to an exact version', () => {
    expect(assistant.name).toBe(name);
    expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(assistantVersions[name]).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('passes a prompt and a model on as one word each', () => {
    for (const say of [gestures.prompt, gestures.initialPrompt, gestures.model])
      expect(say('two words')).toContain('two words');
  });

  it('keeps its state in one directory below the home', () => {
    for (const place of [state.directory, state.conversations])
      expect(place).toMatch(/^[^/]+(\/[^/]+)*$/);
    expect(`${state.directory}/${state.conversations}`.split('/')).not.toContain('..');
  });

  it('has secrets that are marked as such, and none in its own environment', () => {
    for (const { name: variable, secret } of hostVariables)
      expect([variable, secret]).toEqual([variable, /KEY|TOKEN|SECRET/.test(variable)]);
    expect(
      Object.keys(environment).filter((variable) => /KEY|TOKEN|SECRET/.test(variable)),
    ).toEqual([]);
  });

  it('writes seeds as JSON objects in its own directory', () => {
    const seeds = state.seeds({ project: '/workspace/app', variables: new Map() });
    for (const [file, values] of Object.entries(seeds)) {
      expect(file).toMatch(/^[\w.-]+\.json$/);
      expect(JSON.parse(JSON.stringify(values))).toStrictEqual(values);
    }
  });
});

describe('claude', () => {
  const seedsOf = (variables: [string, string][]): object =>
    assistants.claude.state.seeds({ project: '/workspace/app', variables: new Map(variables) });

  it('trusts the project that it is started in, and no other', () => {
    expect(seedsOf([])).toMatchObject({
      '.claude.json': { projects: { '/workspace/app': { hasTrustDialogAccepted: true } } },
    });
  });

  it('approves the user’s key by its end only', () => {
    const key = `sk-ant-secret-${'x'.repeat(20)}`;
    const seeds = JSON.stringify(seedsOf([['ANTHROPIC_API_KEY', key]]));
    expect(seeds).toContain(`"approved":["${'x'.repeat(20)}"]`);
    expect(seeds).not.toContain('secret');
    expect(JSON.stringify(seedsOf([]))).not.toContain('approved');
  });
});

describe('names', () => {
  it.each(['claude'])('%s is one', (word) => {
    expect(isAssistantName(word)).toBe(true);
  });
  it.each(['', 'Claude', 'constructor', '__proto__', 'run'])('“%s” is none', (word) => {
    expect(isAssistantName(word)).toBe(false);
  });
});
