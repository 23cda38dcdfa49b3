// The setting `overlay` in real containers: the host's own directory stays as it is and unseen, the container's is kept for the next
// run and is the user's. As root, as another user, and on an engine that shares files only.

import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runAi, type AiResult } from '../support/ai.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { connectToEngine } from '../support/engine.ts';
import { openEngineProxy } from '../support/engine-proxy.ts';
import { expectNothingLeft, stateOf } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { git, makeRepository } from '../support/repository.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { mayActAsOthers, testUser, type TestUser } from '../support/user.ts';

let user: TestUser | undefined;
let home: string;
let project: string;

const settings = `assistant: own
assistants: { own: { title: Own, image: ${busyboxImage}, command: sh } }
overlay: [node_modules, target]
`;

/** A monorepo with what npm has made on this machine at its root, and nothing yet in a package. */
function start(owner?: TestUser): void {
  user = owner;
  home = temporaryDirectory({ owner });
  mkdirSync(stateOf(home), { mode: 0o700 });
  writeFileSync(path.join(stateOf(home), 'config.yaml'), settings);
  project = makeRepository({ directory: path.join(temporaryDirectory({ owner }), 'app'), owner });
  put('package.json', '{}');
  put('packages/a/package.json', '{}');
  put('node_modules/.bin/tool', 'of the host');
  put('.gitignore', 'node_modules\n');
  gitHere('add', '.');
  gitHere('commit', '-qm', 'second');
  if (owner)
    for (const place of [stateOf(home), project])
      execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, place]);
}

const at = (...names: string[]): string => path.join(project, ...names);
function put(name: string, text: string): void {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
}
const gitHere = (...words: string[]): string => git(words, { directory: project, owner: user });

const words = (script: string, options: readonly string[] = []): string[] => [
  ...['--yes', ...options, 'exec', '--', 'sh', '-ec', script],
];
const run = (script: string, options?: readonly string[], cwd = project): Promise<AiResult> =>
  runAi(words(script, options), { home, cwd, user });

/** All that is kept, with its owner. */
function kept(): Record<string, number> {
  const projects = path.join(stateOf(home), 'projects');
  return Object.fromEntries(
    readdirSync(projects).flatMap((id) => {
      const place = path.join(projects, id, 'overlay');
      return readdirSync(place, { recursive: true, encoding: 'utf8' })
        .filter((name) => lstatSync(path.join(place, name)).isFile() && !name.endsWith('.json'))
        .map((name) => [
          name.replace(/^[0-9a-f]{12}\//, ''),
          lstatSync(path.join(place, name)).uid,
        ]);
    }),
  );
}

const fill =
  'ls -A node_modules packages/a/node_modules; mkdir node_modules/.bin; echo inside >node_modules/.bin/tool; echo a >packages/a/node_modules/made';
const news =
  'ai: node_modules, packages/a/node_modules: the container has its own, empty at first: run npm install inside\n';

function expectUntouched(): void {
  expect(readFileSync(at('node_modules/.bin/tool'), 'utf8')).toBe('of the host');
  expect(readdirSync(at('packages/a'))).toEqual(['package.json']);
  expect(gitHere('status', '--porcelain', '--ignored')).toBe('!! node_modules/\n');
}

/** The first run fills, the second finds it: for whoever starts them. */
async function expectKept(owner: number, options: readonly string[] = []): Promise<void> {
  expect(await run(fill, options)).toEqual({
    ...{ code: 0, signal: null, stderr: news },
    stdout: 'node_modules:\n\npackages/a/node_modules:\n',
  });
  expectUntouched();
  const script =
    'cat node_modules/.bin/tool packages/a/node_modules/made; stat -c %u node_modules packages/a/node_modules/made';
  expect(await run(script, options)).toEqual({
    ...{ code: 0, signal: null, stderr: '' },
    stdout: `inside\na\n${owner}\n${owner}\n`,
  });
  expectUntouched();
  await expectNothingLeft(home);
}

const me = process.getuid?.() ?? 0;

describe('a directory of the host’s', () => {
  it('is not seen, and the container’s own is kept', async () => {
    start();
    await expectKept(me);
    expect(kept()).toEqual({
      'node_modules/.bin/tool': me,
      'packages%2Fa%2Fnode_modules/made': me,
    });
  });

  it.skipIf(!mayActAsOthers)('is so for another user than root, with --root too', async () => {
    start(testUser());
    await expectKept(testUser().uid);
    const root = await run('id -u; echo r >node_modules/of-root; chown 7:7 node_modules/of-root', [
      ...['--root', '-a', 'claude'],
    ]);
    expect(root).toMatchObject({ code: 0, stdout: '0\n' });
    const uid = testUser().uid;
    expect(kept()).toEqual({
      'node_modules/.bin/tool': uid,
      'node_modules/of-root': uid,
      'packages%2Fa%2Fnode_modules/made': uid,
    });
    expectUntouched();
  });

  it.skipIf(!mayActAsOthers)('is so for root in the project of somebody else', async () => {
    start(testUser());
    const theirs = user;
    user = undefined;
    chownSync(stateOf(home), 0, 0);
    const found = await run(`${fill}; id -u`);
    expect(found).toMatchObject({ code: 0, stderr: news });
    expect(kept()).toEqual({
      'node_modules/.bin/tool': theirs?.uid,
      'packages%2Fa%2Fnode_modules/made': theirs?.uid,
    });
  });

  it('is another one in each worktree, and goes with it when ai clean finds it gone', async () => {
    start();
    await run('echo main >node_modules/mine');
    gitHere('worktree', 'add', '-q', '../linked');
    const linked = path.join(path.dirname(project), 'linked');
    // At both places where a linked worktree is seen.
    const script = `! cat node_modules/mine 2>/dev/null; echo linked >node_modules/mine; cat ${linked}/node_modules/mine`;
    expect(await run(script, [], linked)).toMatchObject({ code: 0, stdout: 'linked\n' });
    expect(await run('cat node_modules/mine')).toMatchObject({ stdout: 'main\n' });
    expect(existsSync(path.join(linked, 'node_modules'))).toBe(false);
    const clean = (): Promise<AiResult> => runAi(['clean', '--json'], { home, cwd: home });
    expect(JSON.parse((await clean()).stdout)).toMatchObject({ overlays: [] });
    rmSync(linked, { recursive: true });
    expect(JSON.parse((await clean()).stdout)).toMatchObject({ overlays: [linked] });
    expect(await run('cat node_modules/mine')).toMatchObject({ stdout: 'main\n' });
  });
});

describe('in the user’s tree', () => {
  it('a link is left alone, and what a run starts in; both are said', async () => {
    start();
    const other = temporaryDirectory();
    symlinkSync(other, at('packages/a/node_modules'));
    const { code, stdout, stderr } = await run(
      'cat .bin/tool; touch ../packages/a/new',
      [],
      at('node_modules'),
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'of the host' });
    expect(stderr).toBe(
      [
        'ai: no overlay over packages/a/node_modules: a link stands there',
        'ai: no overlay over node_modules: the run starts in it',
        '',
      ].join('\n'),
    );
    expect(readdirSync(other)).toEqual([]);
  });

  it('nothing empty stays, whichever of two runs ends last, and if its launcher is killed', async () => {
    start();
    const place = at('packages/a/node_modules');
    const wait = `echo x >packages/a/node_modules/$1; echo ready; until [ -e $1 ]; do sleep 0.05; done; ls packages/a/node_modules`;
    const open = (name: string): LiveRun =>
      LiveRun.start([...words(wait), 'sh', name], { home, cwd: project });
    const first = open('one');
    await first.waitFor('ready');
    const second = open('two');
    await second.waitFor('ready');
    put('one', '');
    await first.ended;
    expect(readdirSync(place)).toEqual([]);
    put('two', '');
    expect((await second.ended).stdout).toBe('ready\none\ntwo\n');
    expect(existsSync(place)).toBe(false);
    const third = open('three');
    await third.waitFor('ready');
    third.signal('SIGKILL');
    await third.ended;
    expect(readdirSync(place)).toEqual([]);
    await run('true', ['--no-overlay']);
    expect(existsSync(place)).toBe(false);
    await expectNothingLeft(home);
  });
});

describe('on an engine that shares files only', () => {
  const docker = connectToEngine();
  const volumes = async (): Promise<string[]> => {
    const filters = JSON.stringify({ label: [`ai.project=${project}`] });
    return (await docker.listVolumes({ filters })).Volumes.map(({ Name }) => Name).sort();
  };
  beforeEach(() => {
    start(mayActAsOthers ? testUser() : undefined);
  });
  afterEach(async () => {
    for (const name of await volumes()) await docker.getVolume(name).remove();
  });

  it('a volume is the container’s own, given to the user once, and again if it was removed', async () => {
    const { host, requests } = await openEngineProxy({ at: '.colima/default/docker.sock' });
    const options = ['--host', host];
    const uid = user?.uid ?? me;
    await expectKept(uid, options);
    expect(await volumes()).toEqual([
      expect.stringMatching(/^ai-overlay-[0-9a-f]{24}$/),
      expect.stringMatching(/^ai-overlay-[0-9a-f]{24}$/),
    ]);
    const given = (): number => requests.filter((line) => line.includes('give-volumes')).length;
    expect(given()).toBe(user ? 1 : 0);
    // As `docker volume prune` does; the next one of the name is root's.
    for (const name of await volumes()) await docker.getVolume(name).remove();
    const again = await run('echo x >node_modules/x; stat -c %u node_modules', options);
    expect(again).toMatchObject({ code: 0, stdout: `${uid}\n`, stderr: '' });
    expect(given()).toBe(user ? 2 : 0);
    renameSync(project, `${project}-2`);
    const clean = await runAi(['--host', host, 'clean'], { home, cwd: home, user });
    expect(clean.stderr).toBe(
      `ai: ${project} is gone: removed what containers had kept of it (overlay)\n`,
    );
    expect(await volumes()).toEqual([]);
  });
});
