// Ten sessions with one login, whose refresh tokens work once: nobody is ever logged out. The assistant is a script here, so
// that it renews more often in a minute than a real one in a week; the real ones are in the files beside this one.

import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostAddressOnBridge } from '../support/engine.ts';
import { startFakeModel } from '../support/fake-api/server.ts';
import type { FakeModel } from '../support/fake-api/server.ts';
import { makeVendor } from '../support/fake-api/vendor.ts';
import type { FakeVendor } from '../support/fake-api/vendor.ts';
import { logIn } from '../support/fake-logins.ts';
import { workingTree } from '../support/installation.ts';
import { expectNothingLeft } from '../support/left-behind.ts';
import { makeImage } from '../support/ready-home.ts';
import { Sessions } from '../support/sessions.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { mayActAsOthers, testUser } from '../support/user.ts';

const sessions = 10;
const renewals = 20;

let vendor: FakeVendor;
let fake: FakeModel;
let programs: string;

const kinds = [
  {
    assistant: 'claude',
    shares: 'one file',
    way: 'claude',
    login: '$CLAUDE_SECURESTORAGE_CONFIG_DIR/.credentials.json',
    settings: '$CLAUDE_CONFIG_DIR/settings.json',
  },
  {
    assistant: 'qwen',
    shares: 'copies',
    way: 'google',
    login: '$QWEN_HOME/oauth_creds.json',
    settings: '$QWEN_HOME/settings.json',
  },
] as const;

beforeAll(async () => {
  fake = await startFakeModel(await hostAddressOnBridge(), {
    vendor: (request) => vendor.answer(request),
  });
  // To be read by every user.
  programs = path.join(temporaryDirectory(), 'programs');
  mkdirSync(programs, { mode: 0o755 });
  for (const name of ['renewing-program.mjs', 'breaking-program.mjs'])
    copyFileSync(path.join(workingTree, 'test/support', name), path.join(programs, name));
  for (const { assistant } of kinds) await makeImage(assistant);
});
afterAll(async () => fake.close());

/** As another user only where these tests may act as one: as root on Linux. */
const users = [
  ['the user of these tests', false],
  ...(mayActAsOthers ? [['another user', true] as const] : []),
] as const;

describe.each(kinds)('sessions of $assistant, which share $shares', (kind) => {
  const { assistant, way, login, settings } = kind;

  const begin = ({ seconds, isOther = false }: { seconds: number; isOther?: boolean }) => {
    vendor = makeVendor({ lifetime: seconds, delay: 5 });
    const more = { 'settings.json': '{"own":"setting"}', 'notes.md': 'remember this' };
    const user = isOther ? testUser() : undefined;
    const state = logIn(assistant, vendor, { user, seconds: 2, more });
    const options = ['-q', '-v', `${programs}:/opt/programs:ro`, '--assistant', assistant];
    return { ...state, all: new Sessions(state, { options }) };
  };

  const renewing = (times: number): string =>
    `exec node /opt/programs/renewing-program.mjs ${fake.url} "${login}" ${way} ${times}`;

  it.each(users)('renew it one after the other, as %s', async (_, isOther) => {
    const { all, isLoggedIn, home } = begin({ seconds: 0.02, isOther });
    all.start(sessions, renewing(renewals));
    const results = await all.ended();
    const well = { code: 0, signal: null, stdout: 'RENEWED ALL\n', stderr: '' };
    expect(results).toEqual(results.map(() => well));
    expect(vendor.granted).toBe(sessions * renewals);
    expect(isLoggedIn()).toBe(true);
    await expectNothingLeft(home);
  });

  it('get it back from one that breaks it, with all its settings', async () => {
    const { all, isLoggedIn, home, truth } = begin({ seconds: 0.6 });
    all.start(sessions - 1, renewing(1));
    const breaking = `: > "${settings}"; : > "$(dirname "${settings}")/notes.md"
      exec node /opt/programs/breaking-program.mjs "${login}" ${way} 5`;
    all.start(1, breaking);
    const results = await all.ended();
    for (const result of results) expect(result).toMatchObject({ code: 0, stderr: '' });
    const delays = results.at(-1)!.stdout.match(/\d+/g)!.map(Number);
    expect(delays).toHaveLength(5);
    expect(Math.max(...delays)).toBeLessThan(1000);
    expect(vendor.granted).toBe(sessions - 1);
    expect(isLoggedIn()).toBe(true);
    const own = ['settings.json', 'notes.md'].map((name) =>
      readFileSync(path.join(truth, name), 'utf8'),
    );
    expect(own).toEqual(['{"own":"setting"}', 'remember this']);
    await expectNothingLeft(home);
  });
});
