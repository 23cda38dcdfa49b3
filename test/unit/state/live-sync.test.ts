// Several sessions on one truth at the same time: what one renews reaches the others, and nothing worthless does.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assistants } from '../../../src/assistants/registry.ts';
import type { BuiltInName } from '../../../src/base/assistant-definition.ts';
import { readBase } from '../../../src/state/handed.ts';
import { startLiveSync, type LiveSync } from '../../../src/state/live-sync.ts';
import { logOut } from '../../../src/state/log-out.ts';
import { isLoggedOut } from '../../../src/state/logged-out.ts';
import type { Outcome } from '../../../src/state/reconcile.ts';
import { eventually } from '../../support/eventually.ts';
import { claudeLogin, put, testRun, type RunInput, type TestRun } from '../../support/state-run.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let state: string;
const running: LiveSync[] = [];
beforeEach(() => {
  state = path.join(temporaryDirectory(), 'state');
  mkdirSync(state, { mode: 0o700 });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});
const truth = (assistant: string, ...names: string[]): string =>
  path.join(state, 'global_state', assistant, ...names);

interface Session extends TestRun {
  outcomes: Outcome[];
  troubles: string[];
  live: LiveSync;
}

/** Sessions that run, with live sync. */
async function sessions(
  assistant: BuiltInName,
  count: number,
  input: RunInput = {},
): Promise<readonly Session[]> {
  const all: Session[] = [];
  for (let index = 0; index < count; index++) {
    const run = testRun(state, assistant, { ...input, state: { runId: `run${running.length}` } });
    await run.syncIn();
    const outcomes: Outcome[] = [];
    const troubles: string[] = [];
    const live = startLiveSync(run.run, {
      tell: (outcome) => outcomes.push(outcome),
      debug: (text) => troubles.push(text),
    });
    running.push(live);
    all.push({ ...run, outcomes, troubles, live });
  }
  return all;
}

const read = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
/** All have that login, the truth too. */
const allHave = (of: readonly Session[], name: string, text: string): Promise<void> =>
  eventually(() => {
    for (const file of [
      truth(of[0]!.plan.run.assistant, name),
      ...of.map(({ inRun }) => inRun(name)),
    ])
      expect(read(file)).toContain(text);
  });

interface Kind {
  assistant: BuiltInName;
  file: string;
  login: (name: string, hours: number) => object;
}
const end = (hours: number): number => Date.now() + hours * 3_600_000;
const codex: Kind = {
  assistant: 'codex',
  file: 'auth.json',
  login: (name, hours) => ({
    tokens: { access_token: `access-${name}`, refresh_token: `refresh-${name}`, account_id: 'ann' },
    last_refresh: new Date(end(hours - 9)).toISOString(),
  }),
};
const gemini: Kind = {
  assistant: 'gemini',
  file: 'oauth_creds.json',
  login: (name, hours) => ({
    access_token: `access-${name}`,
    refresh_token: `refresh-${name}`,
    expiry_date: end(hours),
  }),
};
const opencode: Kind = {
  assistant: 'opencode',
  file: 'data/auth.json',
  login: (name, hours) => ({
    vendor: {
      type: 'oauth',
      access: `access-${name}`,
      refresh: `refresh-${name}`,
      expires: end(hours),
    },
  }),
};
/** In the directory that all its sessions share. */
const claude: Kind = { assistant: 'claude', file: '.credentials.json', login: claudeLogin };

describe.each([codex, gemini, opencode, claude])(
  'three sessions of $assistant',
  ({ assistant, file, login }) => {
    let all: readonly Session[];
    beforeEach(async () => {
      put(truth(assistant, file), login('1', 1));
      all = await sessions(assistant, 3);
    });

    it('have what one of them renews, for the user alone', async () => {
      put(all[1]!.inRun(file), login('2', 2));
      await allHave(all, file, 'access-2');
      put(all[2]!.inRun(file), login('3', 3));
      await allHave(all, file, 'access-3');
      for (const { inRun, troubles } of all) {
        expect(statSync(inRun(file)).mode & 0o777).toBe(0o600);
        expect(troubles).toEqual([]);
      }
    });

    it('have the newest of what all renew at once', async () => {
      await Promise.all(
        all.map(async ({ inRun }, index) => {
          for (let round = 0; round < 4; round++) {
            const number = 10 + round * 3 + index;
            put(inRun(file), login(`${number}`, number));
            await new Promise(setImmediate);
          }
        }),
      );
      await allHave(all, file, 'access-21');
    });

    it.each(['', '{}', 'null', '{"torn":', '[]', undefined])(
      'get it back within a second where one has made it %j',
      async (text) => {
        const start = performance.now();
        if (text === undefined) rmSync(all[0]!.inRun(file));
        else put(all[0]!.inRun(file), text);
        await allHave(all, file, 'access-1');
        expect(performance.now() - start).toBeLessThan(1000);
        await eventually(() => {
          expect(all.flatMap(({ outcomes }) => outcomes)).toContainEqual({
            kind: 'blanked',
            name: file,
          });
        });
      },
    );

    it('get it back where one has an older one', async () => {
      put(all[0]!.inRun(file), login('0', 0.5));
      await allHave(all, file, 'access-1');
    });

    it('have what the user has logged in anew elsewhere', async () => {
      put(truth(assistant, file), login('9', 9));
      await allHave(all, file, 'access-9');
    });

    it('have none after a log-out, and the next login that one of them makes', async () => {
      const options = { stateDirectory: state, profile: 'default', backups: 3 };
      await logOut(assistants[assistant], options);
      await eventually(() => {
        for (const { inRun, run } of all) {
          expect(read(inRun(file))).not.toContain('access-1');
          // Every launcher has noticed: what comes from now on continues nothing.
          expect(readBase(run, file) ?? '').not.toContain('access-1');
        }
      });
      expect(read(truth(assistant, file))).not.toContain('access-1');
      expect(isLoggedOut(all[0]!.run.truth)).toBe(true);
      put(all[2]!.inRun(file), login('2', 2));
      await allHave(all, file, 'access-2');
      expect(isLoggedOut(all[0]!.run.truth)).toBe(false);
      for (const { syncOut, live } of all) {
        await live.stop();
        await syncOut();
      }
      expect(read(truth(assistant, file))).toContain('access-2');
    });
  },
);

it.each([gemini, opencode, claude])(
  'sessions of $assistant give back a login whose file was put aside as damaged',
  async ({ assistant, file, login }) => {
    put(truth(assistant, file), login('1', 1));
    const all = await sessions(assistant, 2);
    put(truth(assistant, file), 'torn {');
    await allHave(all, file, 'access-1');
  },
);

describe('a session', () => {
  it('adds its vendor beside that of another session', async () => {
    const all = await sessions('opencode', 2);
    put(all[0]!.inRun(opencode.file), { a: { type: 'api', key: 'key-a' } });
    put(all[1]!.inRun(opencode.file), { b: { type: 'api', key: 'key-b' } });
    await allHave(all, opencode.file, 'key-a');
    await allHave(all, opencode.file, 'key-b');
  });

  it('on loan gets what is renewed, without what renews it, and gives nothing back', async () => {
    put(truth('claude', claude.file), claudeLogin('1', 1));
    const [lent] = await sessions('claude', 1, { settings: { auth: 'lend' } });
    put(truth('claude', claude.file), claudeLogin('2', 2));
    await eventually(() => {
      expect(read(lent!.inRun(claude.file))).toContain('access-2');
    });
    expect(read(lent!.inRun(claude.file))).not.toContain('refresh');
    put(lent!.inRun(claude.file), { claudeAiOauth: { accessToken: 'spent', expiresAt: end(99) } });
    await eventually(() => {
      expect(read(lent!.inRun(claude.file))).toContain('access-2');
    });
    expect(read(truth('claude', claude.file))).toContain('refresh-2');
  });

  it('that is over writes nothing any more, and gets nothing', async () => {
    put(truth('codex', codex.file), codex.login('1', 1));
    const [over, other] = await sessions('codex', 2);
    await over!.live.stop();
    await over!.live.stop();
    put(over!.inRun(codex.file), codex.login('9', 9));
    put(other!.inRun(codex.file), codex.login('2', 2));
    await allHave([other!], codex.file, 'access-2');
    // As long as two looks of the backstop.
    await pass(900);
    expect(read(truth('codex', codex.file))).toContain('access-2');
    expect(read(over!.inRun(codex.file))).toContain('access-9');
  });

  it('sees a login although its directory is replaced while it is watched', async () => {
    put(truth('codex', codex.file), codex.login('1', 1));
    const all = await sessions('codex', 2);
    const directory = path.dirname(all[0]!.inRun(codex.file));
    rmSync(directory, { recursive: true });
    mkdirSync(directory);
    await allHave(all, codex.file, 'access-1');
    put(all[0]!.inRun(codex.file), codex.login('2', 2));
    await allHave(all, codex.file, 'access-2');
  });

  it.each(['directory', 'link'])(
    'that has a %s in the place of a login keeps neither itself nor others from the rest',
    async (what) => {
      put(truth('gemini', gemini.file), gemini.login('1', 1));
      const all = await sessions('gemini', 2);
      const place = all[0]!.inRun(gemini.file);
      // Should it be tried again and again without a pause, no timer of this process would ever end that.
      const rescue = spawn('sh', ['-c', 'sleep 6; rm -rf "$1"', 'sh', place]);
      const start = performance.now();
      rmSync(place);
      if (what === 'link') symlinkSync('/etc/hostname', place);
      else mkdirSync(path.join(place, 'x'), { recursive: true });
      put(all[0]!.inRun('google_accounts.json'), { active: 'ann', old: [] });
      await allHave(all, 'google_accounts.json', 'ann');
      put(all[1]!.inRun(gemini.file), gemini.login('2', 2));
      await allHave([all[1]!], gemini.file, 'access-2');
      rescue.kill();
      expect(performance.now() - start).toBeLessThan(5000);
      expect(readFileSync('/etc/hostname', 'utf8')).not.toContain('access');
    },
    20_000,
  );

  it('whose login cannot be saved tries again at its ease, and saves it when it can', async () => {
    put(truth('gemini', gemini.file), gemini.login('1', 1));
    const [session] = await sessions('gemini', 1);
    const place = truth('gemini', gemini.file);
    // Its own attempts are changes that it is told of: without a pause nothing else in this process would ever run.
    const rescue = spawn('sh', ['-c', 'sleep 6; rm -rf "$1"', 'sh', place]);
    const start = performance.now();
    rmSync(place);
    mkdirSync(path.join(place, 'x'), { recursive: true });
    put(session!.inRun(gemini.file), gemini.login('2', 2));
    await eventually(() => {
      expect(session!.troubles).not.toEqual([]);
    });
    await pass(500);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(session!.troubles.length).toBeLessThan(20);
    rescue.kill();
    rmSync(place, { recursive: true });
    await allHave([session!], gemini.file, 'access-2');
  }, 20_000);

  it('whose login nobody changes is let alone', async () => {
    put(truth('codex', codex.file), codex.login('1', 1));
    const [session] = await sessions('codex', 1);
    const before = [session!.inRun(codex.file), truth('codex', codex.file)].map(
      (file) => statSync(file).ino,
    );
    await pass(900);
    expect(
      [session!.inRun(codex.file), truth('codex', codex.file)].map((file) => statSync(file).ino),
    ).toEqual(before);
    expect(session!.outcomes).toEqual([]);
    expect(existsSync(path.join(state, 'backups'))).toBe(false);
  });
});
