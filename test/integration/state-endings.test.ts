// What becomes of a session's logins and settings when the disk is full or read-only, when the launcher is killed, and when what
// is kept is torn or open to others. On the real engine, with `ai` as users start it.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { runAi, type AiOptions, type AiResult } from '../support/ai.ts';
import { eventually } from '../support/eventually.ts';
import { openEngineProxy } from '../support/engine-proxy.ts';
import { expectNothingLeft, runsIn, stateOf } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { claudeTokens, inState, plant, readIn } from '../support/logins.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { mayActAsOthers, testUser, type TestUser } from '../support/user.ts';

const login = 'global_state/claude/.credentials.json';
const settings = 'global_state/claude/settings.json';

let images: string;
let home: string;
beforeAll(async () => {
  const first = temporaryDirectory();
  expect(await runAi(['--yes', 'exec', '--', 'true'], { home: first })).toMatchObject({ code: 0 });
  images = first;
});
beforeEach(() => {
  home = temporaryDirectory();
});
afterEach(async () => {
  await expectNothingLeft(home);
  expect(leftInTemporary()).toEqual([]);
});

const leftInTemporary = (): string[] =>
  readdirSync(tmpdir()).filter((name) => /^ai-[0-9a-f]{8}$/.test(name));

/** The state that it has after a first run: what is kept of the image. */
function makeState(user?: TestUser): void {
  mkdirSync(stateOf(home), { recursive: true, mode: 0o700 });
  cpSync(inState(images, 'images'), inState(home, 'images'), { recursive: true });
  if (user !== undefined) give(user);
}
const give = ({ uid, gid }: TestUser): unknown =>
  execFileSync('chown', ['-R', `${uid}:${gid}`, home]);

const exec = (script: string, options: AiOptions = {}): Promise<AiResult> =>
  runAi(['exec', '--', 'sh', '-c', script], { home, ...options });

/** Commands of a session that renews its login and changes settings, as an assistant does. */
const changes = (name: string): string => {
  const tokens = JSON.stringify(claudeTokens(name, 9));
  const file = '"$CLAUDE_SECURESTORAGE_CONFIG_DIR/.credentials.json"';
  return [
    `printf %s '${tokens}' > /tmp/new; cp /tmp/new ${file}`,
    `printf %s '{"model":"${name}"}' > ~/.claude/settings.json`,
    `echo '# ${name}' > ~/.claude/CLAUDE.md`,
  ].join('; ');
};

const expectSaved = (name: string): void => {
  expect(readIn(home, login)).toContain(`access-${name}`);
  expect(JSON.parse(readIn(home, settings) ?? '')).toMatchObject({ model: name });
  expect(readIn(home, 'global_state/claude/CLAUDE.md')).toBe(`# ${name}\n`);
};

const mount = (args: readonly string[], place: string): void => {
  execFileSync('mount', [...args, place]);
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', place]);
  });
};

describe.runIf(mayActAsOthers)('a disk that is full when the session ends', () => {
  const filler = (): string => inState(home, 'projects/filler');

  async function endOnFullDisk(): Promise<AiResult> {
    mkdirSync(stateOf(home), { mode: 0o700 });
    mount(['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs'], stateOf(home));
    makeState();
    plant(home, login, claudeTokens('old', 1));
    plant(home, settings, { model: 'old', theme: 'dark' });
    const script = `${changes('new')}; echo changed; read -r _; exit 7`;
    const run = LiveRun.start(['exec', '--', 'sh', '-c', `read -r _; ${script}`], { home });
    await eventually(() => {
      expect(runsIn(home)).toHaveLength(1);
    });
    // Changed while there is room for the copies, and none for what is to become of them.
    const stage = path.join(inState(home, 'runs'), runsIn(home)[0] ?? '');
    await eventually(() => {
      expect(existsSync(path.join(stage, 'handed.json'))).toBe(true);
    });
    writeFileSync(path.join(stage, 'home/room'), Buffer.alloc(16 * 1024));
    fill();
    rmSync(path.join(stage, 'home/room'));
    run.child.stdin.write('go\n');
    await run.waitFor('changed');
    fill();
    run.child.stdin.end('end\n');
    return run.ended;
  }

  function fill(): void {
    mkdirSync(path.dirname(filler()), { recursive: true });
    execFileSync('sh', ['-c', 'cat /dev/zero >> "$1" 2>/dev/null || true', 'sh', filler()]);
  }

  const stageOf = (): string => path.join(inState(home, 'runs'), runsIn(home)[0] ?? '', 'home');

  async function expectUnsaved(): Promise<void> {
    const { code, stderr } = await endOnFullDisk();
    expect(code).toBe(125);
    expect(stderr).toContain('AI_STATE_UNSAVED');
    expect(stderr).toContain('not saved: cannot write ' + stateOf(home));
    expect(stderr).toContain(`it is kept in ${stageOf()}`);
    expect(stderr).toContain('make room');
    expect(readFileSync(path.join(stageOf(), '.claude/settings.json'), 'utf8')).toContain('new');
    expect(JSON.parse(readIn(home, login) ?? '')).toHaveProperty('claudeAiOauth');
    expect(JSON.parse(readIn(home, settings) ?? '')).toHaveProperty('theme', 'dark');
    rmSync(filler());
  }

  const expectWhole = (): void => {
    expectSaved('new');
    expect(JSON.parse(readIn(home, settings) ?? '')).toEqual({ model: 'new' });
    const names = readdirSync(stateOf(home), { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => name.endsWith('.tmp') || /^locks\/.*\//.test(name))).toEqual([]);
  };

  it('keeps the session’s copies and says where, and the next run gets them', async () => {
    await expectUnsaved();
    const next = await exec(
      'cat ~/.claude/settings.json; cat "$CLAUDE_SECURESTORAGE_CONFIG_DIR"/.c*',
    );
    expect(next).toMatchObject({ code: 0, stderr: '' });
    expect(next.stdout).toMatch(/"model": ?"new"/);
    expect(next.stdout).toContain('access-new');
    expectWhole();
  });

  it('is completed by ai auth status as well, and by ai clean', async () => {
    await expectUnsaved();
    const { code, stdout } = await runAi(['auth', 'status', 'claude'], { home });
    expect(code).toBe(0);
    expect(stdout).toContain('account');
    expectWhole();
    expect(await runAi(['clean'], { home })).toMatchObject({ code: 0 });
    expect(runsIn(home)).toEqual([]);
    expectWhole();
  });
});

describe.runIf(mayActAsOthers)('a home that nothing can be written in', () => {
  const warning =
    /nothing can be written in .*: logins, settings and conversations of this run are not saved/;

  it('read-only for root: the run works, says so, and leaves nothing', async () => {
    makeState();
    plant(home, login, claudeTokens('old', 1));
    plant(home, settings, { model: 'old' });
    mount(['--bind', home], home);
    execFileSync('mount', ['-o', 'remount,bind,ro', home]);
    const result = await exec(`cat ~/.claude/settings.json; ${changes('new')}; exit 7`);
    expect(result).toMatchObject({ code: 7 });
    expect(result.stdout).toMatch(/"model": ?"old"/);
    expect(result.stderr).toMatch(warning);
    expect(readIn(home, login)).toContain('access-old');
    expect(readIn(home, settings)).toBe('{"model":"old"}');
  });

  it('of a user who may not: the same', async () => {
    const user = testUser();
    makeState(user);
    plant(home, settings, { model: 'old' });
    give(user);
    for (const place of [home, stateOf(home)]) chmodSync(place, 0o500);
    const result = await exec(`cat ~/.claude/settings.json; exit 7`, { user });
    expect(result).toMatchObject({ code: 7 });
    expect(result.stdout).toMatch(/"model": ?"old"/);
    expect(result.stderr).toMatch(warning);
    expect(readdirSync(stateOf(home)).sort()).toEqual(['global_state', 'images']);
  });
});

it('a launcher that is killed: the next run has what its session has changed', async () => {
  makeState();
  plant(home, login, claudeTokens('old', 1));
  const run = LiveRun.start(
    ['exec', '--', 'sh', '-c', `${changes('new')}; echo changed; sleep 1000`],
    { home },
  );
  await run.waitFor('changed');
  run.signal('SIGKILL');
  await run.ended;
  const next = await exec('cat ~/.claude/settings.json ~/.claude/CLAUDE.md');
  expect(next).toMatchObject({ code: 0, stderr: '' });
  expect(next.stdout).toMatch(/"model": ?"new"/);
  expect(next.stdout).toContain('# new');
  expectSaved('new');
});

it.runIf(mayActAsOthers)(
  'what a run with --root has made and nobody can give back is said, and all else is saved',
  async () => {
    const user = testUser();
    makeState();
    plant(home, login, claudeTokens('old', 1));
    give(user);
    const proxy = await openEngineProxy({
      before: (request) => {
        if (request.includes('-give-back-')) throw new Error('not today');
      },
    });
    const script = `${changes('new')}; exit 3`;
    const words = ['--host', proxy.host, '--root', 'exec', '--', 'sh', '-c', script];
    const cwd = temporaryDirectory();
    chownSync(cwd, user.uid, user.gid);
    const result = await runAi(words, { home, user, cwd });
    expect(proxy.requests.filter((request) => request.includes('-give-back-'))).toHaveLength(1);
    expect(result).toMatchObject({ code: 125 });
    const owner = `${user.uid}:${user.gid}`;
    expect(result.stderr).toMatch(/as root stay root’s: [^]*sudo chown -hR --from=0 /);
    expect(result.stderr).toContain(` ${owner} ${cwd}`);
    expect(result.stderr).not.toContain('/runs/');
    // The login is on loan: only root could read what it becomes.
    expect(JSON.parse(readIn(home, settings) ?? '')).toMatchObject({ model: 'new' });
    expect(readIn(home, 'global_state/claude/CLAUDE.md')).toBe('# new\n');
  },
);

it('what is torn is put aside, said, and never written over', async () => {
  makeState();
  plant(home, login, 'torn {');
  plant(home, settings, 'torn too {');
  const result = await exec('cat ~/.claude/settings.json; exit 3');
  expect(result.code).toBe(3);
  expect(result.stdout).not.toContain('torn');
  const aside = readdirSync(inState(home, 'global_state/claude')).filter((name) =>
    name.includes('.corrupt-'),
  );
  expect(aside).toHaveLength(2);
  for (const name of aside) {
    expect(result.stderr).toContain(name);
    expect(readIn(home, `global_state/claude/${name}`)).toMatch(/^torn/);
  }
  // The next session's login has its own place, and the torn ones stay.
  expect(await exec(changes('new'))).toMatchObject({ code: 0 });
  expectSaved('new');
  for (const name of aside) expect(readIn(home, `global_state/claude/${name}`)).toMatch(/^torn/);
});

it('what others could read is the user’s alone after the next run', async () => {
  makeState();
  plant(home, login, claudeTokens('old', 1));
  plant(home, settings, { model: 'old' });
  plant(home, 'global_state/claude/agents/deep/a.md', 'a');
  plant(home, 'global_state/claude/hooks/run.sh', '#!/bin/sh\n');
  const places = ['', '/agents', '/agents/deep', '/hooks'];
  const files = ['/.credentials.json', '/settings.json', '/agents/deep/a.md'];
  const at = (name: string): string => inState(home, `global_state/claude${name}`);
  for (const name of places) chmodSync(at(name), 0o755);
  for (const name of files) chmodSync(at(name), 0o644);
  chmodSync(at('/hooks/run.sh'), 0o755);
  expect(await exec('true')).toMatchObject({ code: 0 });
  const mode = (name: string): string => (statSync(at(name)).mode & 0o777).toString(8);
  expect(places.map(mode)).toEqual(places.map(() => '700'));
  expect(files.map(mode)).toEqual(files.map(() => '600'));
  expect(mode('/hooks/run.sh')).toBe('700');
});

it('what a session has put in the place of its files is refused by name, and the rest of it is saved', async () => {
  makeState();
  const victims = ['settings.json', 'CLAUDE.md', 'agents/hole.md', 'agents/hard.md'];
  const truth = (name: string): string => `global_state/claude/${name}`;
  plant(home, truth('settings.json'), { model: 'old' });
  for (const name of victims.slice(1)) plant(home, truth(name), `old ${name}`);
  // Of this machine: inside there is nothing of that name.
  const secret = path.join(temporaryDirectory(), 'secret.json');
  writeFileSync(secret, '{"model":"SECRET"}', { mode: 0o600 });
  const result = await exec(
    [
      'cd ~/.claude; umask 077; rm settings.json CLAUDE.md agents/*',
      `ln -s ${secret} settings.json; mkfifo CLAUDE.md; truncate -s 1T agents/hole.md`,
      'echo SECRET > ~/outside; ln ~/outside agents/hard.md; echo new > agents/new.md; exit 7',
    ].join('\n'),
  );
  expect(result).toMatchObject({ code: 7, stdout: '' });
  for (const name of victims) expect(result.stderr).toContain(name);
  expect(JSON.parse(readIn(home, truth('settings.json')) ?? '')).toEqual({ model: 'old' });
  for (const name of victims.slice(1)) expect(readIn(home, truth(name))).toBe(`old ${name}`);
  expect(readIn(home, truth('agents/new.md'))).toBe('new\n');
});
