// Ten sessions of the real Codex CLI with one login, whose refresh tokens work once: `ai` renews it for them all, and nobody is
// ever logged out.

import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeFileAtomically } from '../../src/host/files.ts';
import { truthOf, withLock } from '../../src/state/truth.ts';
import { runAi } from '../support/ai.ts';
import type { AiResult } from '../support/ai.ts';
import { hostAddressOnBridge } from '../support/engine.ts';
import { fakeReply } from '../support/fake-api/answer.ts';
import { startFakeModel } from '../support/fake-api/server.ts';
import type { FakeModel } from '../support/fake-api/server.ts';
import { makeVendor } from '../support/fake-api/vendor.ts';
import type { FakeVendor, VendorOptions } from '../support/fake-api/vendor.ts';
import { logIn } from '../support/fake-logins.ts';
import { killLauncherBehind } from '../support/launcher-behind.ts';
import { expectNothingLeft, stateOf } from '../support/left-behind.ts';
import { makeImage } from '../support/ready-home.ts';
import { countIn, enough, Sessions } from '../support/sessions.ts';

let vendor: FakeVendor;
let fake: FakeModel;

beforeAll(async () => {
  fake = await startFakeModel(await hostAddressOnBridge(), {
    vendor: (request) => vendor.answer(request),
  });
  await makeImage('codex');
});
afterAll(async () => fake.close());

const config = (url: string): string => `model_provider = "fake"
chatgpt_base_url = "${url}/backend-api"
[model_providers.fake]
name = "fake"
base_url = "${url}/backend-api/codex"
requires_openai_auth = true
wire_api = "responses"
`;

/** Seconds that a login is good for: not to be renewed before half of it is over, nor by codex itself. */
const lifetime = 600;

const begin = (options: Partial<VendorOptions> = {}) => {
  vendor = makeVendor({ lifetime, delay: 300, ...options });
  const more = { 'config.toml': config(fake.url) };
  const state = logIn('codex', vendor, { seconds: lifetime, more });
  const refresh = ['-q', '-e', `CODEX_REFRESH_TOKEN_URL_OVERRIDE=${fake.url}/oauth/token`];
  const all = new Sessions(state, { options: [...refresh, '--assistant', 'codex'] });
  const asked = fake.requests.length;
  return {
    ...state,
    all,
    next: async (): Promise<AiResult> => runAi([...refresh, '-p', 'hi', 'codex'], state),
    /** Questions so far. */
    questions: () =>
      fake.requests.slice(asked).filter(({ path }) => path.endsWith('/responses')).length,
    /** An hour passes for the login, so that more than half of its time is over. */
    letAnHourPass: async () => {
      const { truth, home, login } = state;
      const place = { truth, backups: 1, profile: 'default', name: 'codex' };
      await withLock(truthOf(stateOf(home), place), () => {
        const document = JSON.parse(readFileSync(login, 'utf8')) as { last_refresh: string };
        const earlier = new Date(Date.parse(document.last_refresh) - 3_600_000).toISOString();
        const text = JSON.stringify({ ...document, last_refresh: earlier });
        writeFileAtomically(login, text, { mode: 0o600 });
      });
    },
  };
};

/** Each has its login in memory for some seconds, needs it at the beginning and at the end, and asks more than once. */
const turns = `answered=0
until [ -e ${enough} ] && [ $answered -gt 1 ]; do
  codex exec --skip-git-repo-check '[[bash: sleep 4]]' </dev/null 2>"$HOME/said" || {
    cat "$HOME/said"; exit 1; }
  answered=$((answered + 1))
done`;

/** Breaks its own copy of everything, each time in another way. */
const breaking = `cd ~/.codex
until [ -e "$OLDPWD/${enough}" ]; do
  : > auth.json; : > config.toml; sleep 0.7; echo '{}' > auth.json; sleep 0.7; rm -f auth.json; sleep 0.7
  echo '{"tokens":{"refresh_token":"","access_token":""}}' > auth.json; sleep 0.7; cut -c1-50 auth.json > x
  mv x auth.json; sleep 0.7
done`;

function expectAllAnswered(results: readonly AiResult[]): void {
  for (const result of results) {
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(countIn([result], fakeReply)).toBeGreaterThan(1);
  }
}

it('live through twenty renewals, also beside one that breaks its copy', async () => {
  // What was replaced is not taken for long: each has to have the new one by then.
  const { all, isLoggedIn, home, truth, questions, letAnHourPass } = begin({ overlap: 3000 });
  const sessions = all.start(10, turns);
  all.start(1, breaking);
  await all.until(() => questions() >= sessions.length, 'all had asked');
  for (let count = 1; count <= 20; count++) {
    await letAnHourPass();
    await all.until(
      () => vendor.granted === count && isLoggedIn(),
      `it was renewed ${count} times`,
    );
  }
  const results = await all.end();
  expectAllAnswered(results.slice(0, sessions.length));
  expect(results.at(-1)).toMatchObject({ code: 0, stdout: '' });
  expect(vendor).toMatchObject({ granted: 20, refused: 0 });
  expect(isLoggedIn()).toBe(true);
  expect(readFileSync(`${truth}/config.toml`, 'utf8')).toBe(config(fake.url));
  await expectNothingLeft(home);
});

it('go on when the launcher that renews is killed, and others at any moment', async () => {
  let killed = 0;
  let isDue = false;
  const { all, isLoggedIn, home, next, questions, letAnHourPass } = begin({
    onGranted: (from) => {
      if (!isDue) return;
      isDue = false;
      void killLauncherBehind(from, home).then((pid) => (killed = pid));
    },
  });
  all.start(8, turns);
  await all.until(() => questions() >= 8, 'all had asked');
  for (const count of [1, 2]) {
    [isDue, killed, all.mayEnd] = [true, 0, true];
    await letAnHourPass();
    await all.until(() => killed > 0, 'one was killed');
    for (const run of all.runs) if (run.child.pid === killed) all.forget(run);
    all.mayEnd = false;
    // Somebody else takes what that one has renewed, and nobody tries the old one again.
    await all.until(isLoggedIn, 'the new one was saved');
    expect(vendor).toMatchObject({ granted: count * 2 - 1, refused: 0 });
    await letAnHourPass();
    const [random] = all.lasting;
    all.forget(random!);
    // Awaited: it may be the one that renews, and must be dead before the next is due.
    await wait(Math.random() * 1500);
    random!.signal('SIGKILL');
    await all.until(() => vendor.granted === count * 2 && isLoggedIn(), 'it was renewed again');
  }
  const results = await all.end();
  expect(results).toHaveLength(4);
  expectAllAnswered(results);
  const run = await next();
  expect(run, run.stderr).toMatchObject({ code: 0, stdout: `${fakeReply}\n` });
  expect(vendor).toMatchObject({ granted: 4, refused: 0 });
  expect(isLoggedIn()).toBe(true);
  await expectNothingLeft(home);
});

it('find it renewed where the launcher was killed just before they start', async () => {
  let killed = 0;
  const { all, isLoggedIn, home, next, letAnHourPass } = begin({
    delay: 1500,
    onGranted: (from) => {
      void killLauncherBehind(from, home).then((pid) => (killed = pid));
    },
  });
  await letAnHourPass();
  all.start(1, 'true');
  all.mayEnd = true;
  await all.until(() => killed > 0, 'it was killed');
  const run = await next();
  expect(run, run.stderr).toMatchObject({ code: 0, stdout: `${fakeReply}\n` });
  expect(vendor).toMatchObject({ granted: 1, refused: 0 });
  expect(isLoggedIn()).toBe(true);
  await expectNothingLeft(home);
});
