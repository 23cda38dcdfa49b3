// Every real assistant in a container, started as a user does, against a fake model on this machine.

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aiCommand, runAi } from '../support/ai.ts';
import type { AiResult } from '../support/ai.ts';
import { connectToEngine, containersOf, hostAddressOnBridge } from '../support/engine.ts';
import { fakeReply } from '../support/fake-api/answer.ts';
import { startFakeModel } from '../support/fake-api/server.ts';
import type { FakeModel } from '../support/fake-api/server.ts';
import { expectNothingLeft } from '../support/left-behind.ts';
import { makeImage } from '../support/ready-home.ts';
import { makeRepository } from '../support/repository.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { mayActAsOthers, testUser } from '../support/user.ts';
import { askAtTerminal, fakeKey, realAssistants } from './real-assistants.ts';

let fake: FakeModel;

beforeAll(async () => {
  fake = await startFakeModel(await hostAddressOnBridge());
});
afterAll(async () => fake.close());

/** Questions that come before work, and news that get in its way. Not a mere “theme”: opencode draws tips by chance, some of them about themes. */
const dialogs =
  /do you trust|folder trust|text style|(?:select|choose)[^\n]{0,20}theme|log ?in\b|sign in|authenticate for|use this API key|paste (?:the |your )?code|update available|new version|accept the risk/i;

/** As another user only where these tests may act as one: as root on Linux. */
const users = [
  ['the user of these tests', false],
  ...(mayActAsOthers ? [['another user', true] as const] : []),
] as const;

describe.each(realAssistants)('$name', (assistant) => {
  const { name, env, options = () => [], plain, json, failure, ready, quit } = assistant;

  /** A user with a home and a project of their own, who starts the assistant by these words. */
  const newUser = ({ isOther = false } = {}) => {
    const user = isOther ? testUser() : undefined;
    const home = temporaryDirectory({ owner: user });
    const cwd = makeRepository({ owner: user });
    const start = { user, home, cwd, env: env(fake.url) };
    const words = (...gesture: string[]): string[] => [...gesture, ...options(fake.url), name];
    return {
      home,
      project: cwd,
      ai: async (...gesture: string[]): Promise<AiResult> => runAi(words(...gesture), start),
      terminal: (): Terminal =>
        Terminal.open({ ...aiCommand(words(), start), rows: 40, columns: 120 }),
    };
  };

  beforeAll(async () => {
    await makeImage(name);
  });

  it('answers a prompt on stdout with nothing else there, and goes on with the conversation', async () => {
    const { ai, home } = newUser();
    const first = await ai('-p', 'the first question');
    expect(first, first.stderr).toMatchObject({ code: 0, stdout: plain });

    const asked = fake.requests.length;
    const second = await ai('-c', '-p', 'the second question 2');
    expect(second, second.stderr).toMatchObject({ code: 0, stdout: plain });
    const questions = fake.requests.slice(asked).map(({ text }) => text);
    const ofBoth = /the first question[^]*the second question/;
    expect(questions.filter((text) => ofBoth.test(text))).not.toEqual([]);
    await expectNothingLeft(home);
  });

  it.each(users)(
    'works on the project of %s with its tools, and answers in JSON',
    async (_, isOther) => {
      const { ai, home, project } = newUser({ isOther });
      const run = await ai('--yolo', '--json', '-p', '[[bash: echo hi > out.txt; sleep 0.2; pwd]]');
      expect(run, run.stderr).toMatchObject({ code: 0 });
      const documents = json === 'lines' ? run.stdout.trimEnd().split('\n') : [run.stdout];
      const said = JSON.stringify(documents.map((text): unknown => JSON.parse(text)));
      expect(said).toContain(`${fakeReply} tool said:`);

      const file = path.join(project, 'out.txt');
      expect(readFileSync(file, 'utf8')).toBe('hi\n');
      const { uid, gid } = statSync(project);
      expect(statSync(file)).toMatchObject({ uid, gid });
      await expectNothingLeft(home);
    },
  );

  it(`ends with ${failure.code} where the model answers with ${failure.status}`, async () => {
    const { ai, home } = newUser();
    const run = await ai('-p', `[[error: ${failure.status}]]`);
    expect(run, run.stderr).toMatchObject({ code: failure.code });
    await expectNothingLeft(home);
  });

  it('holds a session at the terminal, without a question before it, and leaves it as it was', async () => {
    const { terminal: open, home } = newUser();
    const terminal = open();
    const before = await terminal.termios();
    await terminal.waitFor(ready, { timeout: 60_000 });
    await expectNoKeyInConfiguration(home);
    await askAtTerminal(terminal);
    expect(terminal.visible).not.toMatch(dialogs);
    await quit(terminal);
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(await terminal.termios()).toEqual(before);
    await expectNothingLeft(home);
  });
});

/** Whoever may list containers may read how they were made. */
async function expectNoKeyInConfiguration(home: string): Promise<void> {
  const [container] = await containersOf(home);
  expect(container).toBeDefined();
  const configuration = await connectToEngine().getContainer(container!.id).inspect();
  expect(JSON.stringify(configuration)).not.toContain(fakeKey);
}
