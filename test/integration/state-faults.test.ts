// A process that saves a session's logins and settings is killed before every call that it makes on the state, and every one
// of these calls fails once: the truth is whole all the same, old or new, and the next `ai` completes it.

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  bundleStateProgram,
  callsOf,
  isLook,
  runWithFault,
  type Call,
} from '../support/state-processes.ts';
import { exitCodes } from '../support/state-program-exit.ts';
import { put, testRun, treeOf, type TestRun } from '../support/state-run.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

/** At once: there are two processors on the smallest machines that run this. */
const workers = 3;
/** Milliseconds in which a lock is taken over that a dead process has left. */
const takeover = 1000;

const login = '.credentials.json';
const files = [login, 'settings.json', 'CLAUDE.md'];
const now = Date.now();
const token = (name: string, hours: number): object => ({
  accessToken: `access-${name}`,
  refreshToken: `refresh-${name}`,
  expiresAt: now + hours * 3_600_000,
});

let program: string;
beforeAll(async () => {
  program = await bundleStateProgram();
});

interface Scene {
  state: string;
  words: readonly string[];
  session: TestRun;
  remove: () => void;
}

type Operation = 'sync-out' | 'reconcile';

let scenes = 0;

/**
 * A session that has renewed one login and changed settings and memory, while others have renewed another login and
 * changed another setting: neither side is the newer one as a whole.
 */
async function setScene(operation: Operation): Promise<Scene> {
  const directory = path.join(parent, `${++scenes}`.padStart(4, '0'));
  const state = path.join(directory, 'state');
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const truth = (name: string): string => path.join(state, 'global_state/claude', name);
  const mcp = (one: object): object => ({ mcpOAuth: { server: one } });
  put(truth(login), { claudeAiOauth: token('1', 1), ...mcp(token('m1', 1)) });
  put(truth('settings.json'), { model: 'a', theme: 'light' });
  put(truth('CLAUDE.md'), 'old\n');
  const session = testRun(state, 'claude', { state: { runId: 'deadbeef' } });
  await session.syncIn();
  put(truth(login), { claudeAiOauth: token('1', 1), ...mcp(token('m2', 2)) });
  put(truth('settings.json'), { model: 'a', theme: 'dark' });
  put(session.inRun(login), { claudeAiOauth: token('2', 2), ...mcp(token('m1', 1)) });
  put(session.inRun('settings.json'), { model: 'b', theme: 'light' });
  put(session.inRun('CLAUDE.md'), 'new\n');
  const plan = path.join(directory, 'plan.json');
  writeFileSync(plan, JSON.stringify(session.plan));
  const remove = (): void => {
    rmSync(directory, { recursive: true });
  };
  return { state, words: [operation, state, plan], session, remove };
}

let parent: string;
beforeAll(() => {
  parent = temporaryDirectory();
});

/** What is in the files of the truth, and in the copy that sessions share. */
const contentsOf = ({ state, session }: Scene): readonly string[] =>
  [...files.map((name) => path.join(state, 'global_state/claude', name)), session.inRun(login)].map(
    (file) => (existsSync(file) ? readFileSync(file, 'utf8') : 'nothing'),
  );

/** All that the state holds but for the run itself, without the times of backups. */
const namesIn = (state: string): readonly string[] => [
  ...new Set(
    readdirSync(state, { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.startsWith('runs/'))
      .map((name) => name.replace(/\d{4}-\d\d-\d\dT.*Z(\.\d+)?$/, 'TIME'))
      .sort(),
  ),
];

interface Expected {
  before: readonly string[];
  after: readonly string[];
  names: readonly string[];
  calls: readonly Call[];
}

async function withoutFault(operation: Operation): Promise<Expected> {
  const scene = await setScene(operation);
  const before = contentsOf(scene);
  const { ended, calls } = await callsOf(program, scene.words, scene.state);
  expect(ended).toMatchObject({ code: exitCodes.saved, stderr: '' });
  const after = contentsOf(scene);
  await lookAfter(scene);
  const names = namesIn(scene.state);
  scene.remove();
  return { before, after, names, calls };
}

/** The next run of anybody, an age later. */
async function lookAfter({ state }: Scene): Promise<void> {
  const long = new Date(Date.now() - 3_600_000);
  for (const name of readdirSync(state, { recursive: true, encoding: 'utf8' }))
    if (/\.\d+$|\.tmp$/.test(name)) utimesSync(path.join(state, name), long, long);
  await testRun(state, 'claude', { state: { runId: 'feedbeef' } }).syncIn();
}

interface Point {
  operation: Operation;
  call: Call;
  fault: string;
}

/** Everything that is not as it should be at that point. */
async function tryPoint(
  point: Point,
  expected: Expected,
  offsets: readonly number[] = [1, -2, 1, 1, -1],
): Promise<string[]> {
  const { operation, call, fault } = point;
  const { before, after, names } = expected;
  const wrong: string[] = [];
  const scene = await setScene(operation);
  const stage = (): string => JSON.stringify(treeOf(path.join(scene.state, 'runs/deadbeef')));
  const kept = stage();
  const { ended, isHit } = await runWithFault(program, scene.words, {
    ...{ call, fault },
    directory: scene.state,
  });
  if (!isHit) {
    scene.remove();
    const [offset = 0, ...later] = offsets;
    if (offset === 0) return [`${operation} ${call.name} ${call.number} ${fault}: never met`];
    return tryPoint({ ...point, call: { ...call, number: call.number + offset } }, expected, later);
  }
  if (fault.startsWith('signal=') && ended.signal !== 'SIGKILL')
    wrong.push(`was not killed: ${ended.code}`);
  const codes: readonly unknown[] = [exitCodes.saved, exitCodes.unsaved, null];
  if (!codes.includes(ended.code)) wrong.push(`ended with ${ended.code}: ${ended.stderr}`);
  if (operation === 'sync-out' && stage() !== kept) wrong.push('changed the files of the run');
  contentsOf(scene).forEach((content, index) => {
    const name = [...files, 'copy'][index] ?? '';
    if (content !== before[index] && content !== after[index])
      wrong.push(`neither old nor new: ${name}: ${content}`);
    else if (ended.code === exitCodes.saved && content !== after[index])
      wrong.push(`called saved, and is not: ${name}: ${ended.stderr}`);
  });
  const start = performance.now();
  await scene.session.syncOut();
  if (performance.now() - start > takeover) wrong.push('the lock was not taken over in time');
  // The copy that sessions share is brought up to date while they run, not at their end.
  contentsOf(scene)
    .slice(0, files.length)
    .forEach((content, index) => {
      const wanted = operation === 'reconcile' && index > 0 ? undefined : after[index];
      if (wanted !== undefined && content !== wanted)
        wrong.push(`not completed by the next: ${files[index] ?? ''}: ${content}`);
    });
  await lookAfter(scene);
  const left = namesIn(scene.state).filter((name) => !names.includes(name));
  const odd = left.filter((name) => !isOfRetry(name));
  if (odd.length > 0) wrong.push(`left behind: ${odd.join(', ')}`);
  scene.remove();
  return wrong.map((what) => `${operation} ${call.name} ${call.number} ${fault}: ${what}`);
}

/** Live sync alone has no backups of settings and memory; the end of the run that follows it here has. */
const isOfRetry = (name: string): boolean => name.startsWith('backups/');

async function sweep(points: readonly Point[], expected: Expected): Promise<string[]> {
  const wrong: string[] = [];
  const queue = [...points];
  const work = async (): Promise<void> => {
    for (let point = queue.shift(); point; point = queue.shift())
      wrong.push(...(await tryPoint(point, expected)));
  };
  await Promise.all(Array.from({ length: workers }, work));
  return wrong;
}

describe.each<Operation>(['sync-out', 'reconcile'])('%s', (operation) => {
  let expected: Expected;
  beforeAll(async () => {
    expected = await withoutFault(operation);
  });
  const say = (what: string, points: readonly Point[], wrong: readonly string[]): void => {
    process.stdout.write(`${operation}: ${points.length} ${what}, ${wrong.length} wrong\n`);
  };
  const points = (fault: string, calls: readonly Call[]): readonly Point[] =>
    calls.map((call) => ({ operation, call, fault }));

  it('killed before any of its calls: the truth is old or new, and the next completes it', async () => {
    const all = points(
      'signal=KILL',
      expected.calls.filter((call) => !isLook(call)),
    );
    expect(all.length).toBeGreaterThan(20);
    const wrong = await sweep(all, expected);
    say('kills', all, wrong);
    expect(wrong).toEqual([]);
  });

  it.each([
    ['ENOSPC', false],
    ['EROFS', false],
    ['EIO', true],
  ])('with %s at any of its calls: the same, and it is said', async (code, looksToo) => {
    const all = points(
      `error=${code}`,
      expected.calls.filter((call) => looksToo || !isLook(call)),
    );
    const wrong = await sweep(all, expected);
    say(code, all, wrong);
    expect(wrong).toEqual([]);
  });
});
