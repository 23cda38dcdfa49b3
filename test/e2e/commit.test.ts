// ai commit with the real assistants in their containers, against a fake model, with a remote over ssh and a real terminal.

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aiCommand, runAi } from '../support/ai.ts';
import { CommitWorld } from '../support/commit-home.ts';
import {
  connectToEngine,
  containersLeft,
  containersOf,
  hostAddressOnBridge,
} from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { startFakeModel, type FakeModel } from '../support/fake-api/server.ts';
import { expectNothingLeft, stateOf } from '../support/left-behind.ts';
import { Terminal } from '../support/terminal.ts';
import { realAssistants } from './real-assistants.ts';

const world = new CommitWorld();
let fake: FakeModel;
/** What the model says to whoever asks for a commit message, time by time. */
let answers: string[] = [];
const good = 'feat(app): add a greeting';

beforeAll(async () => {
  await world.start();
  fake = await startFakeModel(await hostAddressOnBridge(), {
    says: ({ prompt }) => (isAsked(prompt) ? (answers.shift() ?? good) : undefined),
  });
});
afterAll(async () => {
  await Promise.all([world.stop(), fake.close()]);
});

const isAsked = (text: string): boolean => text.includes('Conventional Commits 1.0.0');
const requestsSince = (before: number): string[] =>
  fake.requests.slice(before).flatMap(({ text }) => (isAsked(text) ? [text] : []));

function newUser(name: string) {
  const { env, options = () => [] } = realAssistants.find((one) => one.name === name)!;
  const user = world.newUser();
  user.write('src/greeting.ts', "import '@scope/package';\nexport const greeting = `hello`;\n");
  user.write('package-lock.json', '{"lockfileVersion": 3}\n');
  user.git('add', '.');
  const start = {
    ...{ home: user.home, cwd: user.project, env: { ...user.env, ...env(fake.url) } },
  };
  const words = (more: readonly string[]): string[] => [
    ...['--yes', ...options(fake.url), '-a', name, 'commit', ...more],
  ];
  return {
    ...user,
    ai: (...more: string[]) => runAi(words(more), start),
    terminal: (...more: string[]) =>
      Terminal.open({ ...aiCommand(words(more), start), rows: 40, columns: 140 }),
  };
}

it('with Claude at a terminal: asked again once, then Enter commits and pushes', async () => {
  const user = newUser('claude');
  answers = ['I will look at it.', `Here it is:\n\n\`\`\`\n${good}\n\nPeople expect one.\n\`\`\``];
  const before = fake.requests.length;
  const terminal = user.terminal();
  await terminal.waitFor('not shown to Claude Code, lock files: package-lock.json');
  await terminal.waitFor('Claude Code writes the message', { timeout: 300_000 });
  await terminal.waitFor('asked again');
  await terminal.waitFor(good);
  await terminal.waitFor('P/c/e/n');
  terminal.type('\r');
  await terminal.waitFor('pushed to origin/main');
  expect(await terminal.exit).toEqual({ code: 0, signal: null });
  expect(user.pushed('%B')).toBe(`${good}\n\nPeople expect one.`);
  const asked = requestsSince(before);
  expect(asked[0]).toContain('export const greeting');
  expect(asked.join('')).not.toContain('lockfileVersion');
  expect(asked.at(-1)).toContain('I will look at it.');
  await expectNothingLeft(user.home);
  expectNoConversation(user.home);
});

it('with Gemini without a terminal, as data', async () => {
  const user = newUser('gemini');
  answers = [];
  const run = await user.ai('--commit', '--json');
  expect(run, run.stderr).toMatchObject({ code: 0 });
  const committed = user.git('rev-parse', 'HEAD').trim();
  expect(JSON.parse(run.stdout)).toMatchObject({ message: good, type: 'feat', committed });
  expect(user.pushed()).toBe('first');
  await expectNothingLeft(user.home);
  expectNoConversation(user.home);
});

it('nothing of the tree is in the container, and Ctrl-C leaves nothing', async () => {
  const user = newUser('claude');
  // As much as there may be in one argument, and more of it than is sent.
  user.write('large.txt', '漢字 `$(x)` "q" @a\n'.repeat(3800));
  user.write('larger.txt', 'x\n'.repeat(80_000));
  user.write('delay.txt', '[[delay: 20000]]\n');
  user.git('add', '.');
  const before = fake.requests.length;
  const terminal = user.terminal();
  await eventually(() => {
    expect(requestsSince(before).length).toBeGreaterThan(0);
  });
  expect(requestsSince(before)[0]).toContain('A larger.txt +80000 -0');
  const [container] = await containersOf(user.home);
  const { Mounts, HostConfig } = await connectToEngine().getContainer(container!.id).inspect();
  const writable = [...Mounts, ...(HostConfig.Mounts ?? [])].map(({ Source }) => Source);
  expect(writable.length).toBeGreaterThan(0);
  expect(writable.filter((source) => source.startsWith(user.project))).toEqual([]);
  expect(writable.filter((source) => source.includes('/projects/'))).toEqual([]);
  terminal.type('\x03');
  await terminal.waitFor('interrupted before there was a message');
  expect(await terminal.exit).toEqual({ code: 130, signal: null });
  expect(await containersLeft(user.home)).toEqual([]);
  expect(user.git('log', '--format=%s')).toBe('first\n');
  expect(user.git('diff', '--cached', '--name-only').split('\n')).toHaveLength(6);
});

/** Nothing of an assistant's in the project's own history. */
function expectNoConversation(home: string): void {
  const projects = path.join(stateOf(home), 'projects');
  const found = existsSync(projects)
    ? readdirSync(projects, { recursive: true, encoding: 'utf8' })
    : [];
  expect(found.filter((name) => name.includes('/'))).toEqual([]);
}
