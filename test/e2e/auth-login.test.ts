// ai auth login with the real programs: a page that is opened, a code that is pasted, a port that calls back.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aiCommand, runAi } from '../support/ai.ts';
import { fakeDesktop } from '../support/desktop.ts';
import { hostAddressOnBridge } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { startFakeModel, type FakeModel } from '../support/fake-api/server.ts';
import { makeVendor } from '../support/fake-api/vendor.ts';
import { expectNothingLeft } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { plant, readIn } from '../support/logins.ts';
import { makeImage } from '../support/ready-home.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { takeNames, type VendorNames } from '../support/vendor-names.ts';

const vendor = makeVendor({ lifetime: 3600 });
let fake: FakeModel;
let names: VendorNames;
let home: string;

beforeAll(async () => {
  const address = await hostAddressOnBridge();
  const hosts = ['platform.claude.com', 'api.anthropic.com', 'claude.ai', 'auth.openai.com'];
  names = takeNames([...hosts, 'chatgpt.com'], address);
  fake = await startFakeModel(address, { tls: names.tls, vendor: vendor.answer });
  for (const assistant of ['claude', 'codex'] as const) await makeImage(assistant);
});
afterAll(async () => fake.close());
beforeEach(() => {
  home = temporaryDirectory();
  plant(home, 'config.yaml', JSON.stringify({ mounts: [names.options[1]] }));
});

describe('of claude', () => {
  it('takes a pasted code at the terminal, opens its page, and every run has it', async () => {
    const desktop = fakeDesktop(home);
    const env = { ...names.env, ...desktop.env };
    const terminal = Terminal.open(aiCommand(['auth', 'login', 'claude'], { home, env }));
    await terminal.waitFor('Paste code here');
    await eventually(() => {
      expect(desktop.opened()).toHaveLength(1);
    });
    const address = new URL(desktop.opened()[0]?.replace(/^1 /, '') ?? '');
    expect(address.searchParams.get('response_type')).toBe('code');
    terminal.type(`code#${address.searchParams.get('state') ?? ''}\r`);
    await terminal.waitFor('logged in to Claude Code');
    expect(await terminal.exit).toMatchObject({ code: 0 });
    expect(readIn(home, 'global_state/claude/.credentials.json')).toContain('refresh-');
    const { stdout } = await runAi(['exec', '--', 'claude', 'auth', 'status', '--text'], { home });
    expect(stdout).toContain('Login method');
    await expectNothingLeft(home);
  });

  it('replaces the login that there is, and reaches a session that runs', async () => {
    const old = vendor.issue(9_000_000);
    plant(home, 'global_state/claude/.credentials.json', {
      claudeAiOauth: { accessToken: old.access, refreshToken: old.refresh, expiresAt: old.until },
    });
    const script = `echo ready; until ! grep -q ${old.refresh} ~/.shared-login/.credentials.json; do sleep 0.1; done; cat ~/.shared-login/.credentials.json`;
    const session = LiveRun.start(['exec', '--', 'sh', '-c', script], { home });
    await session.waitFor('ready');
    const login = LiveRun.start(['auth', 'login', 'claude'], { home, env: names.env });
    await login.waitFor('visit: https://');
    await eventually(() => {
      expect(login.stdout).toMatch(/state=\S+\s/);
    });
    login.child.stdin.write(`code#${/state=(\S+)/.exec(login.stdout)?.[1] ?? ''}\n`);
    expect(await login.ended).toMatchObject({ code: 0 });
    expect(readIn(home, 'global_state/claude/.credentials.json')).not.toContain(old.refresh);
    expect((await session.ended).stdout).toContain('refresh-');
    await expectNothingLeft(home);
  });

  it('that is given up changes nothing', async () => {
    const before = { claudeAiOauth: { accessToken: 'a', refreshToken: 'r', expiresAt: 9e12 } };
    plant(home, 'global_state/claude/.credentials.json', before);
    const login = LiveRun.start(['auth', 'login', 'claude'], { home, env: names.env });
    await login.waitFor('visit: https://');
    login.signal('SIGINT');
    expect((await login.ended).code).not.toBe(0);
    expect(JSON.parse(readIn(home, 'global_state/claude/.credentials.json') ?? '')).toEqual(before);
    await expectNothingLeft(home);
  });
});

it('of codex is called back on a port of this machine', async () => {
  const login = LiveRun.start(['auth', 'login', 'codex'], { home, env: names.env });
  const said = (): string => login.stdout + login.stderr;
  await eventually(() => {
    expect(said()).toMatch(/https:\/\/auth\.openai\.com\/\S+state=\S+/);
  });
  const address = new URL(/https:\/\/auth\.openai\.com\/\S+/.exec(said())?.[0] ?? '');
  const back = new URL(address.searchParams.get('redirect_uri') ?? '');
  expect(back.port).toBe('1455');
  back.hostname = '127.0.0.1';
  back.search = `code=c&state=${address.searchParams.get('state') ?? ''}`;
  const answer = await fetch(back, { redirect: 'manual' });
  expect(answer.status).toBeLessThan(400);
  if (answer.headers.has('location')) {
    const next = new URL(answer.headers.get('location') ?? '', back);
    next.hostname = '127.0.0.1';
    await fetch(next, { redirect: 'manual' }).catch(() => undefined);
  }
  expect(await login.ended).toMatchObject({ code: 0 });
  expect(readIn(home, 'global_state/codex/auth.json')).toContain('refresh-');
  const { stdout } = await runAi(['auth', 'status', 'codex', '--json'], { home });
  expect(stdout).toContain('fake@example.invalid');
  await expectNothingLeft(home);
});

it('of glm takes a key that is piped in, and shows it nowhere', async () => {
  const run = await runAi(['auth', 'login', 'glm'], { home, input: 'zai-key-1\n' });
  expect(run).toMatchObject({ code: 0 });
  expect(run.stdout + run.stderr).not.toContain('zai-key-1');
  expect(readIn(home, 'global_state/secrets/zai_key')).toBe('zai-key-1\n');
  expect(await runAi(['auth', 'login', 'glm'], { home, input: 'two words' })).toMatchObject({
    code: 2,
  });
  expect(readIn(home, 'global_state/secrets/zai_key')).toBe('zai-key-1\n');
});
