// Where a project's own settings would send an assistant, and what that does to its state.

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { assistants } from '../../../src/assistants/registry.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { readProjectEndpoints } from '../../../src/read/project-endpoints.ts';
import { buildFacts } from '../../support/build-facts.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const settings = '{"env":{"ANTHROPIC_BASE_URL":"https://x.example"}}';
const found = [{ name: 'ANTHROPIC_BASE_URL', value: 'https://x.example' }];

function project(files: Record<string, string>): string {
  const root = temporaryDirectory();
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return root;
}

it.each<[string, Record<string, string>, string, object]>([
  ['no settings', {}, '', []],
  ['settings of the project', { '.claude/settings.json': settings }, '', found],
  ['settings of its own', { '.claude/settings.local.json': settings }, '', found],
  [
    'settings of the root, from below',
    { '.claude/settings.json': settings, 'a/b/c': '' },
    'a/b',
    found,
  ],
  ['settings of the package', { 'a/.claude/settings.json': settings }, 'a', found],
  ['settings of another package', { 'a/.claude/settings.json': settings, 'b/c': '' }, 'b', []],
  ['settings without an endpoint', { '.claude/settings.json': '{"env":{"A":"b"}}' }, '', []],
  ['settings that are no JSON', { '.claude/settings.json': '{' }, '', []],
  ['settings of another form', { '.claude/settings.json': '{"env":[7]}' }, '', []],
])('%s', (_what, files, below, expected) => {
  const root = project(files);
  expect(readProjectEndpoints(assistants.claude, path.join(root, below), root)).toEqual(expected);
  expect(readProjectEndpoints(assistants.gemini, path.join(root, below), root)).toEqual([]);
});

it('whatever would keep it from where it is sent, and nothing else', () => {
  const env = {
    ...{ CLAUDE_CODE_USE_BEDROCK: '1', ANTHROPIC_BEDROCK_BASE_URL: 'http://x.example' },
    ...{ ANTHROPIC_CUSTOM_HEADERS: 'a: b', HTTP_PROXY: 'http://p', https_proxy: 'http://p' },
    ...{ NO_PROXY: 'a', CLAUDE_CODE_MAX_OUTPUT_TOKENS: '1', ANTHROPIC_MODEL: 'm', A: 'b' },
    ...{ CLAUDE_CODE_USE_VERTEX: '', CLAUDE_CODE_USE_FOUNDRY: 1 },
  };
  const root = project({ '.claude/settings.json': JSON.stringify({ env }) });
  const names = readProjectEndpoints(assistants.claude, root, root).map(({ name }) => name);
  expect(names).toEqual(Object.keys(env).slice(0, 5));
});

it('settings behind a link, as the assistant reads them', () => {
  const root = project({ 'other.json': settings, '.claude/x': '' });
  symlinkSync('../other.json', path.join(root, '.claude/settings.json'));
  expect(readProjectEndpoints(assistants.claude, root, root)).toEqual(found);
});

it('they take the login away from the run, and the variables that hold one', () => {
  const environment = { CLAUDE_CODE_OAUTH_TOKEN: 't', ANTHROPIC_API_KEY: 'k' };
  const { state, environment: inside } = buildPlan(
    buildFacts({ endpoints: found, host: { environment } }),
  );
  expect(state.truth).toMatch(/\/global_state\/claude@x\.example$/);
  expect(state.exchange).toMatch(/\/live\/default\/claude@x\.example\/1000$/);
  const names = inside.map(({ name }) => name);
  expect(names).toContain('ANTHROPIC_API_KEY');
  expect(names).not.toContain('CLAUDE_CODE_OAUTH_TOKEN');
});
