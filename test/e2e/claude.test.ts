// The real Claude Code in a container, started as a user does, against a fake model on this machine.

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aiCommand, runAi } from '../support/ai.ts';
import { hostAddressOnBridge } from '../support/engine.ts';
import { fakeReply } from '../support/fake-api/answer.ts';
import { startFakeModel } from '../support/fake-api/server.ts';
import type { FakeModel } from '../support/fake-api/server.ts';
import { expectNothingLeft } from '../support/left-behind.ts';
import { makeImage } from '../support/ready-home.ts';
import { makeRepository } from '../support/repository.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { mayActAsOthers, testUser } from '../support/user.ts';

let fake: FakeModel;

beforeAll(async () => {
  fake = await startFakeModel(await hostAddressOnBridge());
  await makeImage('claude');
});

afterAll(async () => fake.close());

const users = [
  { who: 'the user of these tests', isOther: false },
  { who: 'another user', isOther: true },
];

describe.each(users)('claude, started by $who', ({ isOther }) => {
  const test = it.skipIf(isOther && !mayActAsOthers);

  const start = () => {
    const user = isOther ? testUser() : undefined;
    return {
      user,
      home: temporaryDirectory({ owner: user }),
      cwd: makeRepository({ owner: user }),
      env: { ANTHROPIC_BASE_URL: fake.url, ANTHROPIC_API_KEY: 'fake' },
    };
  };

  test('answers a prompt on stdout and prints nothing else there', async () => {
    const options = start();
    const run = await runAi(['-p', 'hi'], options);
    expect(run, run.stderr).toMatchObject({ code: 0, stdout: `${fakeReply}\n` });
    await expectNothingLeft(options.home);
  });

  test('works on the project with its tools, and the files belong to the user', async () => {
    const options = start();
    const run = await runAi(['--yolo', '-p', '[[bash: echo hi > out.txt; whoami]]'], options);
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(run.stdout).toContain('tool said:');
    const file = path.join(options.cwd, 'out.txt');
    expect(readFileSync(file, 'utf8')).toBe('hi\n');
    const { uid, gid } = statSync(options.cwd);
    expect(statSync(file)).toMatchObject({ uid, gid });
    await expectNothingLeft(options.home);
  });

  test('holds a session at the terminal and leaves it as it was', async () => {
    const options = start();
    const terminal = Terminal.open({ ...aiCommand([], options), rows: 40, columns: 120 });
    const before = await terminal.termios();
    // Its own prompt at once: no question about themes, logins, keys or trust before it.
    await terminal.waitFor('❯', { timeout: 60_000 });
    expect(terminal.visible).not.toMatch(/trust|theme|log ?in|API key/i);
    terminal.type('hello there');
    await terminal.waitFor('hello there');
    terminal.type('\r');
    await terminal.waitFor(fakeReply);
    terminal.type('\x03');
    await terminal.waitFor('again to exit');
    terminal.type('\x03');
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(await terminal.termios()).toEqual(before);
    await expectNothingLeft(options.home);
  });
});
