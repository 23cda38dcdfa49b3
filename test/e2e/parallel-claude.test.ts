// Ten sessions of the real Claude Code with one login, whose refresh tokens work once: they agree among themselves on who
// renews it, and nobody is ever logged out.

import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runAi } from '../support/ai.ts';
import type { AiResult } from '../support/ai.ts';
import { hostAddressOnBridge } from '../support/engine.ts';
import { fakeReply } from '../support/fake-api/answer.ts';
import { startFakeModel } from '../support/fake-api/server.ts';
import type { FakeModel } from '../support/fake-api/server.ts';
import { makeVendor } from '../support/fake-api/vendor.ts';
import type { FakeVendor, VendorOptions } from '../support/fake-api/vendor.ts';
import { logIn } from '../support/fake-logins.ts';
import { workingTree } from '../support/installation.ts';
import { killLauncherBehind } from '../support/launcher-behind.ts';
import { expectNothingLeft } from '../support/left-behind.ts';
import type { LiveRun } from '../support/live-run.ts';
import { makeImage } from '../support/ready-home.ts';
import { countIn, enough, Sessions } from '../support/sessions.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { takeNames } from '../support/vendor-names.ts';
import type { VendorNames } from '../support/vendor-names.ts';

let vendor: FakeVendor;
let fake: FakeModel;
let names: VendorNames;

beforeAll(async () => {
  const address = await hostAddressOnBridge();
  names = takeNames(['platform.claude.com', 'api.anthropic.com'], address);
  fake = await startFakeModel(address, {
    tls: names.tls,
    vendor: (request) => vendor.answer(request),
  });
  await makeImage('claude');
});
afterAll(async () => fake.close());

/** Seconds before the end of its access token at which it renews. */
const margin = 300;

/** One second after it was renewed it is to be renewed again, and what was replaced is not taken for long. */
const begin = (options: Partial<VendorOptions> = {}) => {
  vendor = makeVendor({ lifetime: margin + 1, overlap: 3000, delay: 300, ...options });
  const state = logIn('claude', vendor, { seconds: margin - 1 });
  const all = new Sessions(state, { options: ['-q', ...names.options], env: names.env });
  const next = async (): Promise<AiResult> =>
    runAi([...names.options, '-p', 'hi'], { ...state, env: names.env });
  return { ...state, all, next };
};

const question = '{"type":"user","message":{"role":"user","content":"hi"}}';
const inAndOut = ['-p', '--input-format', 'stream-json', '--output-format', 'stream-json'];
const conversation = [...inAndOut, '--verbose'];

/** A process for every turn. */
const turns = `until [ -e ${enough} ]; do claude -p hi; done`;

/** One process that has its login in memory; a shell stands between it and the end of the container. */
const longer = `ask() { until [ -e ${enough} ]; do echo '${question}'; sleep 1; done; }
  ask | claude ${conversation.join(' ')}`;

/** The same, as the session itself. */
function talk(all: Sessions): LiveRun {
  const run = all.run(['claude', ...conversation]);
  all.feed(run, `${question}\n`, 1000);
  return run;
}

const failures = ({ stdout }: AiResult): string[] =>
  stdout.split('\n').filter((line) => /"is_error":true|API Error|Not logged in/.test(line));

function expectAllAnswered(results: readonly AiResult[]): void {
  for (const result of results) {
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(failures(result)).toEqual([]);
    expect(countIn([result], fakeReply)).toBeGreaterThan(1);
  }
}

it('live through twenty renewals', async () => {
  const { all, isLoggedIn, home } = begin();
  for (let number = 0; number < 4; number++) talk(all);
  all.start(3, longer);
  all.start(3, turns);
  await all.until(() => vendor.granted >= 20, 'it was renewed so often');
  const results = await all.end();
  expectAllAnswered(results);
  expect(vendor.refused).toBe(0);
  expect(isLoggedIn()).toBe(true);
  await expectNothingLeft(home);
});

it('go on when launchers are killed, also while their session renews', async () => {
  const killed: number[] = [];
  let isDue = false;
  const { all, isLoggedIn, home, next } = begin({
    onGranted: (from) => {
      if (!isDue) return;
      isDue = false;
      void killLauncherBehind(from, home).then((pid) => killed.push(pid));
    },
  });
  for (let number = 0; number < 5; number++) talk(all);
  all.start(5, longer);
  await all.until(() => vendor.granted >= 2, 'it was renewed twice');
  for (const count of [1, 2]) {
    isDue = true;
    all.mayEnd = true;
    await all.until(() => killed.length === count, 'one was killed');
    for (const run of all.runs) if (killed.includes(run.child.pid!)) all.forget(run);
    all.mayEnd = false;
    // At any moment; awaited, because it must be dead before the next is due.
    const [random] = all.lasting;
    all.forget(random!);
    await wait(Math.random() * 1000);
    random!.signal('SIGKILL');
    const granted = vendor.granted;
    await all.until(() => vendor.granted >= granted + 2, 'the others had renewed it');
  }
  const results = await all.end();
  expect(results).toHaveLength(6);
  expectAllAnswered(results);
  expect(vendor.refused).toBe(0);
  const run = await next();
  expect(run, run.stderr).toMatchObject({ code: 0, stdout: `${fakeReply}\n` });
  expect(isLoggedIn()).toBe(true);
  await expectNothingLeft(home);
});

it('get it back from a session that breaks it', async () => {
  const { all, isLoggedIn, home } = begin();
  const program = path.join(temporaryDirectory(), 'breaking-program.mjs');
  copyFileSync(path.join(workingTree, 'test/support/breaking-program.mjs'), program);
  for (let number = 0; number < 5; number++) talk(all);
  await all.until(() => vendor.granted >= 2, 'it was renewed twice');
  const login = '$CLAUDE_SECURESTORAGE_CONFIG_DIR/.credentials.json';
  const script = `node /opt/program.mjs "${login}" claude 10 ${margin}; until [ -e ${enough} ]; do sleep 1; done`;
  const [breaking] = all.start(1, script, '-v', `${program}:/opt/program.mjs:ro`);
  await all.until(() => countIn([breaking!], 'back after') >= 10, 'it was broken ten times');
  const granted = vendor.granted;
  await all.until(() => vendor.granted >= granted + 2, 'it was renewed again');
  const results = await all.end();
  // A turn that begins in the milliseconds in which it is broken may fail; the conversation goes on.
  for (const { code, stdout } of results.slice(0, -1)) {
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/"is_error":false/);
  }
  expect(vendor.refused).toBe(0);
  expect(isLoggedIn()).toBe(true);
  await expectNothingLeft(home);
});
