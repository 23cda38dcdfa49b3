// What goes into a run, on real files: this assistant's logins, settings and memory, as copies, and nothing else.

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { BuiltInName } from '../../../src/base/assistant-definition.ts';
import {
  claudeLogin,
  projectInside,
  projectOutside,
  put,
  readJson,
  testRun,
  treeOf,
} from '../../support/state-run.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';
import { mayActAsOthers } from '../../support/user.ts';

let state: string;
beforeEach(() => {
  state = path.join(temporaryDirectory(), 'state');
  mkdirSync(state, { mode: 0o700 });
});
const truth = (assistant: string, ...names: string[]): string =>
  path.join(state, 'global_state', assistant, ...names);
const credentials = '.credentials.json';

interface Row {
  goesIn: readonly string[];
  staysOut: readonly string[];
}
const files: Record<BuiltInName, Row> = {
  claude: {
    goesIn: [
      '.claude.json',
      'settings.json',
      'CLAUDE.md',
      'agents/a.md',
      'commands/deep/b.md',
      'plugins/c/d',
    ],
    staysOut: [
      'projects/-x/1.jsonl',
      'history.jsonl',
      'telemetry/x',
      'sessions/x',
      'session-env/x',
      'shell-snapshots/x.sh',
      'backups/x.json',
      '.oauth_refresh.lock',
      'settings.json.tmp',
      'settings.json.corrupt-1',
      '.logged-out',
    ],
  },
  glm: {
    goesIn: ['.claude.json', 'settings.json', 'CLAUDE.md', 'agents/a.md'],
    staysOut: ['projects/-x/1.jsonl', 'history.jsonl'],
  },
  codex: {
    goesIn: ['auth.json', 'config.toml', 'AGENTS.md', 'prompts/a.md', 'rules/b'],
    staysOut: [
      'sessions/2026/1.jsonl',
      'history.jsonl',
      'packages/x',
      'state.sqlite',
      'tmp/x',
      'models_cache.json',
      'auth.lock',
    ],
  },
  gemini: {
    goesIn: [
      'oauth_creds.json',
      'google_accounts.json',
      'gemini-credentials.json',
      'settings.json',
      'GEMINI.md',
      'commands/a.toml',
      'acknowledgments/agents.json',
    ],
    staysOut: ['tmp/x/chats/1.jsonl', 'history/x', 'projects.json.1.tmp', 'antigravity/x'],
  },
  opencode: {
    goesIn: [
      'data/auth.json',
      'config/opencode.json',
      'config/AGENTS.md',
      'config/agent/a.md',
      'state/kv.json',
    ],
    staysOut: [
      'data/database/opencode.db',
      'data/log/x',
      'config/node_modules/x',
      'auth.json',
      'data/storage/x.json',
    ],
  },
  qwen: {
    goesIn: [
      'oauth_creds.json',
      'settings.json',
      'QWEN.md',
      'skills/a/b.md',
      'mcp-oauth-tokens-v2.json',
    ],
    staysOut: ['projects/x/chats/1.jsonl', 'tmp/x', 'debug/x'],
  },
  copilot: {
    goesIn: [
      'config.json',
      'settings.json',
      'mcp-config.json',
      'copilot-instructions.md',
      'agents/a.md',
    ],
    staysOut: ['session-state/1/events.jsonl', 'session-store.db', 'logs/x', 'ide/x'],
  },
};
const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);
const contentOf = (assistant: string, name: string): unknown =>
  name.endsWith('.json') ? { of: `${assistant}:${name}` } : `# of ${assistant}:${name}\n`;

describe.each(Object.keys(files) as BuiltInName[])('a run of %s', (assistant) => {
  beforeEach(() => {
    for (const [name, { goesIn, staysOut }] of Object.entries(files))
      for (const file of [...goesIn, ...staysOut])
        put(truth(name, file), contentOf(name, file), 0o644);
  });
  /** All that the run can read or that is kept of it. */
  const everything = (): Record<string, string> => treeOf(path.join(state, 'runs'));

  it('gets what is kept of its state, and nothing else', async () => {
    const run = testRun(state, assistant);
    const { outcomes, refused } = await run.syncIn();
    expect([outcomes, refused]).toEqual([[], []]);
    for (const name of files[assistant].goesIn) {
      const text = readFileSync(run.inRun(name), 'utf8');
      expect(text).toContain(`${assistant}:${name}`);
    }
    const all = JSON.stringify(everything());
    for (const name of files[assistant].staysOut)
      expect(all).not.toContain(`${assistant}:${name}"`);
  });

  it('gets nothing of any other assistant’s, not even a name', async () => {
    await testRun(state, assistant).syncIn();
    const others = Object.keys(files).filter((name) => name !== assistant);
    for (const other of others) expect(JSON.stringify(everything())).not.toContain(`${other}:`);
  });

  it('has it for its user alone, and leaves the truth as it was', async () => {
    const before = Object.keys(treeOf(truth(assistant)));
    await testRun(state, assistant).syncIn();
    for (const text of Object.values(everything()).filter((one) => one.includes(' ')))
      expect(text).toMatch(/^[67]00 /);
    expect(modeOf(path.join(state, 'runs/deadbeef/home'))).toBe('700');
    expect(Object.keys(treeOf(truth(assistant)))).toEqual(before);
    expect(existsSync(path.join(state, 'backups'))).toBe(false);
  });
});

describe('what goes in', () => {
  it('can be executed where it could before', async () => {
    put(truth('claude', 'hooks/run.sh'), '#!/bin/sh\n', 0o755);
    const run = testRun(state, 'claude');
    await run.syncIn();
    expect(modeOf(run.inRun('hooks/run.sh'))).toBe('700');
    expect(modeOf(run.inRun('hooks'))).toBe('700');
  });

  it('is a copy: what the run does to it does not reach the truth', async () => {
    put(truth('claude', 'CLAUDE.md'), 'mine');
    const run = testRun(state, 'claude');
    await run.syncIn();
    put(run.inRun('CLAUDE.md'), 'changed');
    expect(readFileSync(truth('claude', 'CLAUDE.md'), 'utf8')).toBe('mine');
  });

  it('knows this project by its path inside, and no other project', async () => {
    const projects = { [projectOutside]: { lastCost: 1 }, '/home/ann/other': { lastCost: 2 } };
    put(truth('claude', '.claude.json'), { projects, githubRepoPaths: { x: ['/home/ann/other'] } });
    const run = testRun(state, 'claude');
    await run.syncIn();
    expect(readJson(run.inRun('.claude.json'))).toMatchObject({
      projects: { [projectInside]: { lastCost: 1, hasTrustDialogAccepted: true } },
      githubRepoPaths: { x: [] },
    });
    expect(JSON.stringify(treeOf(run.run.home))).not.toContain('/home/ann/');
  });

  it('has what the assistant would ask for at first, in the run and not in the truth', async () => {
    put(truth('claude', 'settings.json'), { theme: 'dark' });
    const run = testRun(state, 'claude');
    await run.syncIn();
    const seeded = { theme: 'dark', skipDangerousModePermissionPrompt: true };
    expect(readJson(run.inRun('settings.json'))).toEqual(seeded);
    expect(readJson(truth('claude', 'settings.json'))).toEqual({ theme: 'dark' });
    expect(existsSync(truth('claude', '.claude.json'))).toBe(false);
  });

  it('is nothing where there is no truth yet', async () => {
    const run = testRun(state, 'codex');
    expect(await run.syncIn()).toEqual({ outcomes: [], refused: [] });
    expect(readdirSync(run.run.home, { recursive: true })).toContain('.codex');
  });

  it.runIf(mayActAsOthers)('belongs to whoever runs inside', async () => {
    put(truth('claude', 'agents/a.md'), 'a');
    put(truth('claude', credentials), claudeLogin('1', 1));
    const run = testRun(state, 'claude', { project: { owner: { uid: 4321, gid: 4322 } } });
    await run.syncIn();
    for (const name of ['agents/a.md', 'agents', credentials, '.claude.json'])
      expect(statSync(run.inRun(name))).toMatchObject({ uid: 4321, gid: 4322 });
  });
});

it('a truth that nothing can be written to goes in as it is, on loan, and stays untouched', async () => {
  put(truth('claude', credentials), claudeLogin('1', 1), 0o640);
  put(truth('claude', 'settings.json'), '{ torn', 0o640);
  put(truth('claude', 'CLAUDE.md'), 'mine', 0o640);
  const before = treeOf(state);
  const run = testRun(state, 'claude', { state: { writable: temporaryDirectory() } });
  expect(run.plan.state).toMatchObject({ saved: false, lend: true });
  await run.syncIn();
  expect(readFileSync(run.inRun('CLAUDE.md'), 'utf8')).toBe('mine');
  expect(readFileSync(run.inRun(credentials), 'utf8')).not.toContain('refresh-1');
  put(run.inRun('CLAUDE.md'), 'changed');
  expect(await run.syncOut()).toEqual({ outcomes: [] });
  expect(treeOf(state)).toEqual(before);
});
