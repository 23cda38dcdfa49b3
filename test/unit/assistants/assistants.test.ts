// Every assistant's data, held against what the rest of the program takes for granted.

import { describe, expect, it } from 'vitest';
import type { RunContext } from '../../../src/assistants/assistant.ts';
import { pinnedVersion } from '../../../src/assistants/pins.ts';
import { assistants } from '../../../src/assistants/registry.ts';
import { builtInNames, isBuiltIn } from '../../../src/base/assistant-definition.ts';

const context: RunContext = { project: '/workspace/app', variables: new Map() };

describe.each(builtInNames)('%s', (name) => {
  const assistant = assistants[name];
  const { state, hostVariables, environment } = assistant;

  it('is called so, and pinned to an exact version', () => {
    expect(assistant.name).toBe(name);
    expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(pinnedVersion(assistant.package)).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('keeps its state below the home', () => {
    for (const { part, inside } of [...state.directories, ...state.conversations]) {
      expect(inside).toMatch(/^[^/]+(\/[^/]+)*$/);
      expect([...part.split('/'), ...inside.split('/')]).not.toContain('..');
    }
  });

  it('has secrets that are marked as such, and none in its own environment', () => {
    for (const { name: variable, secret } of hostVariables)
      expect([variable, secret]).toEqual([variable, /KEY|TOKEN|SECRET|_CONTENT/.test(variable)]);
    const own = { ...environment.always, ...environment.quiet, ...environment.inside };
    expect(Object.keys(own).filter((variable) => /KEY|TOKEN|SECRET/.test(variable))).toEqual([]);
  });

  it('writes seeds as JSON objects in its own directory', () => {
    for (const [file, values] of Object.entries(state.seeds?.(context) ?? {})) {
      expect(file).toMatch(/^[\w.-]+\.json$/);
      expect(JSON.parse(JSON.stringify(values))).toStrictEqual(values);
    }
  });
});

describe('claude', () => {
  const seedsOf = (variables: [string, string][]): object =>
    assistants.claude.state.seeds?.({ ...context, variables: new Map(variables) }) ?? {};

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
  it.each(['claude', 'glm'])('%s is one', (word) => {
    expect(isBuiltIn(word)).toBe(true);
  });
  it.each(['', 'Claude', 'constructor', '__proto__', 'run'])('“%s” is none', (word) => {
    expect(isBuiltIn(word)).toBe(false);
  });
});
