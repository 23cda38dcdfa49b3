// What goes into a run where something is in the way: a damaged truth, links, leftovers; and which login goes in.

import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { assistants } from '../../../src/assistants/registry.ts';
import { logOut } from '../../../src/state/log-out.ts';
import { isLoggedOut } from '../../../src/state/logged-out.ts';
import { inTheWay } from '../../support/in-the-way.ts';
import { claudeLogin, put, readJson, testRun, treeOf } from '../../support/state-run.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let state: string;
beforeEach(() => {
  state = path.join(temporaryDirectory(), 'state');
  mkdirSync(state, { mode: 0o700 });
});
const truth = (assistant: string, ...names: string[]): string =>
  path.join(state, 'global_state', assistant, ...names);
const login = {
  request: { kind: 'login', assistant: 'claude', signIn: assistants.claude.signIn! },
} as const;
const credentials = '.credentials.json';

const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe('a truth with something wrong in it', () => {
  it('has its links left out, and said so', async () => {
    const host = path.join(temporaryDirectory(), 'keys');
    put(path.join(host, 'a.md'), 'SECRET');
    put(truth('claude', 'skills/s.md'), 's');
    symlinkSync(host, truth('claude', 'agents'));
    for (const name of ['settings.json', credentials, 'CLAUDE.md', 'skills/a.md'])
      symlinkSync(path.join(host, 'a.md'), truth('claude', name));
    const run = testRun(state, 'claude');
    const { refused } = await run.syncIn();
    const expected = [credentials, 'CLAUDE.md', 'agents', 'settings.json', 'skills/a.md'];
    expect(refused.map(({ name }) => name).sort()).toEqual(expected);
    expect(JSON.stringify(treeOf(state))).toContain('SECRET');
    expect(JSON.stringify(treeOf(path.join(state, 'runs')))).not.toContain('SECRET');
    expect(existsSync(run.inRun('skills/s.md'))).toBe(true);
  });

  it.each([
    ['a login', 'codex', 'auth.json', '{"tokens":{"acc'],
    ['a login that is a list', 'codex', 'auth.json', '[]'],
    ['settings', 'claude', 'settings.json', '{"a":1'],
    ['a login in an exchange', 'claude', credentials, 'x'],
  ] as const)('has %s that cannot be read put aside', async (_what, assistant, name, text) => {
    put(truth(assistant, name), text);
    const run = testRun(state, assistant);
    const { outcomes } = await run.syncIn();
    expect(outcomes).toMatchObject([{ kind: 'damaged', name }]);
    const [aside = ''] = readdirSync(truth(assistant)).filter((file) =>
      file.startsWith(`${name}.corrupt-`),
    );
    expect(outcomes).toMatchObject([{ aside: truth(assistant, aside) }]);
    expect(readFileSync(truth(assistant, aside), 'utf8')).toBe(text);
    expect(existsSync(truth(assistant, name))).toBe(false);
    expect(JSON.stringify(treeOf(run.run.home))).not.toContain(JSON.stringify(text));
  });

  it.each([
    [
      'opencode',
      'config/opencode.json',
      '{\n  // mine\n  "model": "a/b", // the best\n  /* all */ "x": [1,],\n}\n',
    ],
    ['opencode', 'config/opencode.jsonc', '{ "model": "a/b", /* x */ }\n'],
    ['gemini', 'settings.json', '{ "ui": {} /* later */ }\n'],
  ] as const)(
    'is not one where %s itself allows it: comments in %s',
    async (assistant, name, text) => {
      put(truth(assistant, name), text);
      const run = testRun(state, assistant);
      expect((await run.syncIn()).outcomes).toEqual([]);
      expect(readFileSync(run.inRun(name), 'utf8')).toBe(text);
      expect(readFileSync(truth(assistant, name), 'utf8')).toBe(text);
    },
  );

  it.each([
    ['claude', '.settings.json.123.4.tmp'],
    ['opencode', 'data/.auth.json.123.4.tmp'],
    ['claude', 'agents/.a.md.123.4.tmp'],
  ] as const)(
    'of %s loses what a crash has left half-written, once it is old: %s',
    async (assistant, name) => {
      put(truth(assistant, name), 'secret');
      await testRun(state, assistant).syncIn();
      expect(existsSync(truth(assistant, name))).toBe(true);
      utimesSync(truth(assistant, name), 1, 1);
      await testRun(state, assistant, { state: { runId: 'later' } }).syncIn();
      expect(existsSync(truth(assistant, name))).toBe(false);
    },
  );

  it('is made the user’s own again', async () => {
    put(truth('claude', 'settings.json'), {}, 0o644);
    await testRun(state, 'claude').syncIn();
    expect(modeOf(truth('claude', 'settings.json'))).toBe('600');
  });
});

describe('a login', () => {
  const exchange = (): string => testRun(state, 'claude').inRun(credentials);

  it('that sessions renew together is in the directory that they share, and not in the home', async () => {
    const login = claudeLogin('1', 1);
    put(truth('claude', credentials), login);
    const [first, second] = ['one', 'two'].map((runId) =>
      testRun(state, 'claude', { state: { runId } }),
    );
    for (const run of [first!, second!]) await run.syncIn();
    expect(first!.inRun(credentials)).toBe(second!.inRun(credentials));
    expect(readJson(first!.inRun(credentials))).toEqual(login);
    expect(modeOf(first!.inRun(credentials))).toBe('600');
    expect(JSON.stringify(treeOf(first!.run.home))).not.toContain('access-1');
  });

  it('that is newer there than in the truth becomes the truth, and an older one is brought up to date', async () => {
    put(truth('claude', credentials), claudeLogin('1', 1));
    put(exchange(), claudeLogin('2', 2));
    await testRun(state, 'claude').syncIn();
    expect(readFileSync(truth('claude', credentials), 'utf8')).toContain('access-2');
    put(truth('claude', credentials), claudeLogin('3', 3));
    await testRun(state, 'claude').syncIn();
    expect(readFileSync(exchange(), 'utf8')).toContain('access-3');
  });

  it('that was left there does not come back after a log-out', async () => {
    put(truth('claude', credentials), claudeLogin('1', 1));
    put(exchange(), claudeLogin('2', 2));
    await logOut(assistants.claude, { stateDirectory: state, profile: 'default', backups: 3 });
    const run = testRun(state, 'claude');
    await run.syncIn();
    expect(existsSync(run.inRun(credentials))).toBe(false);
    expect(existsSync(truth('claude', credentials))).toBe(false);
    expect(isLoggedOut(run.run.truth)).toBe(true);
  });

  it.each(inTheWay)('can be ended although a session has left %s there', async (_what, make) => {
    put(truth('claude', credentials), claudeLogin('1', 1));
    const secret = path.join(state, 'secret');
    put(secret, 'SECRET');
    make(exchange(), secret);
    await logOut(assistants.claude, { stateDirectory: state, profile: 'default', backups: 3 });
    expect(existsSync(truth('claude', credentials))).toBe(false);
    expect(readFileSync(secret, 'utf8')).toBe('SECRET');
  });

  it.each(inTheWay)(
    'reaches the next run although a session has left %s there',
    async (_what, make) => {
      put(truth('claude', credentials), claudeLogin('1', 1));
      const secret = path.join(state, 'secret');
      put(secret, 'SECRET');
      make(exchange(), secret);
      const run = testRun(state, 'claude');
      await run.syncIn();
      expect(lstatSync(run.inRun(credentials))).toMatchObject({
        nlink: 1,
        size: JSON.stringify(claudeLogin('1', 1)).length,
      });
      expect(readFileSync(run.inRun(credentials), 'utf8')).toContain('access-1');
      expect(readFileSync(truth('claude', credentials), 'utf8')).toContain('access-1');
      expect(readFileSync(secret, 'utf8')).toBe('SECRET');
    },
  );

  it.each([
    ['claude', credentials, claudeLogin('1', 1)],
    ['codex', 'auth.json', { tokens: { access_token: 'access-1', refresh_token: 'refresh-1' } }],
    ['gemini', 'oauth_creds.json', { access_token: 'access-1', refresh_token: 'refresh-1' }],
    [
      'opencode',
      'data/auth.json',
      { a: { type: 'oauth', access: 'access-1', refresh: 'refresh-1', expires: 1e12 } },
    ],
  ] as const)(
    'of %s on loan is without what renews it, wherever one looks',
    async (assistant, name, login) => {
      put(truth(assistant, name), login);
      const run = testRun(state, assistant, { settings: { auth: 'lend' } });
      await run.syncIn();
      expect(readFileSync(run.inRun(name), 'utf8')).toContain('access-1');
      for (const place of ['runs', 'live'].map((part) => path.join(state, part)))
        if (existsSync(place)) expect(JSON.stringify(treeOf(place))).not.toContain('refresh-1');
      expect(readJson(truth(assistant, name))).toEqual(login);
    },
  );

  it('is not in a run that is there to make one, the settings are', async () => {
    put(truth('claude', credentials), claudeLogin('1', 1));
    put(truth('claude', 'settings.json'), { theme: 'dark' });
    const run = testRun(state, 'claude', login);
    await run.syncIn();
    expect(existsSync(run.inRun(credentials))).toBe(false);
    expect(readJson(run.inRun('settings.json'))).toMatchObject({ theme: 'dark' });
    expect(JSON.stringify(treeOf(path.join(state, 'runs')))).not.toContain('access-1');
  });

  it('of Claude is not in a run that is sent to another endpoint', async () => {
    put(truth('claude', credentials), claudeLogin('1', 1));
    const settings = { env: { ANTHROPIC_BASE_URL: 'https://elsewhere.example' } };
    const run = testRun(state, 'claude', { settings });
    await run.syncIn();
    expect(run.plan.state.truth).toBe(truth('claude@elsewhere.example'));
    expect(JSON.stringify(treeOf(path.join(state, 'runs')))).not.toContain('access-1');
    expect(existsSync(run.inRun(credentials))).toBe(false);
  });

  it('of a named profile is its own', async () => {
    put(truth('claude', credentials), claudeLogin('1', 1));
    put(path.join(state, 'profiles/work/global_state/claude', credentials), claudeLogin('2', 1));
    const run = testRun(state, 'claude', { settings: { profile: 'work' } });
    await run.syncIn();
    expect(readFileSync(run.inRun(credentials), 'utf8')).toContain('access-2');
  });
});
