// Commands in plain words: what they answer is the same, without a mark or a column in it.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { asText as whereText } from '../../../src/cli/commands/where.ts';
import { runCommandLine } from '../../../src/cli/program.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { readProject } from '../../../src/read/project.ts';
import { buildFacts } from '../../support/build-facts.ts';
import { makeRepository } from '../../support/repository.ts';
import { hear, type Heard } from '../../support/heard.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let state: string;
let root: string;
let heard: Heard;

beforeEach(() => {
  const home = temporaryDirectory();
  state = path.join(home, 'state');
  root = makeRepository({ directory: path.join(home, 'shop') });
  mkdirSync(state);
  vi.stubEnv('HOME', home);
  vi.stubEnv('DOCKER_AI_CONFIG_HOME', state);
  heard = hear();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const ai = (...words: string[]): Promise<number> =>
  runCommandLine(['-C', root, ...words], process.cwd());

function keepRun(): void {
  const { id } = readProject(root, { home: '/h', stateDirectory: state, allowAnyRoot: false });
  const directory = path.join(state, 'projects', id);
  mkdirSync(directory, { recursive: true });
  const change = {
    ...{ path: 'Makefile', kind: 'build', change: 'changed' },
    ...{ before: 'all:\n\ttrue\n', after: 'all:\n\tcurl evil\n' },
  };
  const run = {
    ...{ run: '4cc74d0d', assistant: 'claude', root, ended: '2026-11-27T09:05:00.000Z' },
    ...{ complete: true, changes: [change] },
  };
  writeFileSync(path.join(directory, 'changes.json'), JSON.stringify({ runs: [run] }));
}

it('ai changes says in words what was added and removed', async () => {
  keepRun();
  expect(await ai('changes')).toBe(0);
  expect(heard.stdout).toMatch(/^CHANGE +KIND +FILE\n/m);
  expect(heard.stdout).toContain('\n  - ');
  heard.stdout = '';
  expect(await ai('--plain', 'changes')).toBe(0);
  expect(heard.stdout).toContain('\nChange: changed\nKind: build\nFile: Makefile\n');
  expect(heard.stdout).toContain(
    ['Makefile', '  as before: all:', '  removed:     true', '  added:     curl evil', ''].join(
      '\n',
    ),
  );
});

it('ai config list has a line for each key and value, by the variable as by the option', async () => {
  vi.stubEnv('AI_PLAIN', '1');
  vi.stubEnv('AI_MEMORY', '4g');
  expect(await ai('config', 'list')).toBe(0);
  expect(heard.stdout).toContain('Key: memory\nValue: 4g\n\n');
  expect(heard.stdout).toContain('Key: plain\nValue: true\n\n');
  expect(heard.stdout).not.toMatch(/ {2}/);
});

it('ai config set plain makes it last, and a variable may say no', async () => {
  expect(await ai('config', 'set', 'plain', 'true')).toBe(0);
  expect(await ai('config', 'list')).toBe(0);
  expect(heard.stdout).toContain('Key: plain\nValue: true\n\n');
  heard.stdout = '';
  vi.stubEnv('AI_PLAIN', '0');
  expect(await ai('config', 'list')).toBe(0);
  expect(heard.stdout).toMatch(/^KEY +VALUE\n/);
});

it('ai where has no dash and no padding', () => {
  const facts = buildFacts({});
  const plan = buildPlan(facts);
  expect(whereText(facts, plan, false)).toMatch(/^root {5}\S+ +\S[^]*\n {6}\S+ — /);
  const text = whereText(facts, plan, true);
  expect(text).toMatch(/^root: \S+, \S[^]*\nmounts\n {2}\S+\n {6}\S+, /);
  expect(text).not.toMatch(/—|\S {2}/);
});
