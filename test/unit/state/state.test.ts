// State on real files: what is made before a run, what a run leaves, and whose runs are over.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { Redactor } from '../../../src/base/redact.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from '../../../src/host/process-identity.ts';
import { readRegularFile, readTextIfThere, writeFileAtomically } from '../../../src/host/files.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { planVersion, type Mount, type Prepare, type RunPlan } from '../../../src/plan/run-plan.ts';
import { createMissing, giveTree } from '../../../src/state/create.ts';
import { recordText } from '../../../src/state/run-record.ts';
import { forgetRun, hasOtherRuns, leftRuns, liveRuns } from '../../../src/state/runs.ts';
import { addMissing, seedState } from '../../../src/state/seeds.ts';
import { fillStage, openStage } from '../../../src/state/stage.ts';
import { buildFacts } from '../../support/build-facts.ts';
import { oddNames } from '../../support/odd-names.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';
import { mayActAsOthers } from '../../support/user.ts';

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});
const at = (...names: string[]): string => path.join(directory, ...names);
const mode = (file: string): string => (statSync(file).mode & 0o7777).toString(8);
const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const refused = (code: string): Error => expect.objectContaining({ code }) as Error;

describe('files', () => {
  it('are written whole, with their mode, and nothing beside them', () => {
    writeFileSync(at('f'), 'old', { mode: 0o644 });
    writeFileAtomically(at('f'), 'new', { mode: 0o600 });
    expect([readFileSync(at('f'), 'utf8'), mode(at('f')), readdirSync(directory)]).toEqual([
      'new',
      '600',
      ['f'],
    ]);
  });

  it('replace a symlink, and do not write through it', () => {
    writeFileSync(at('target'), 'target');
    symlinkSync(at('target'), at('link'));
    writeFileAtomically(at('link'), 'new', { mode: 0o600 });
    expect([readFileSync(at('target'), 'utf8'), lstatSync(at('link')).isFile()]).toEqual([
      'target',
      true,
    ]);
  });

  it('that cannot be written say so and leave nothing', () => {
    mkdirSync(at('dir', 'full'), { recursive: true });
    expect(() => {
      writeFileAtomically(at('dir'), 'x', { mode: 0o600 });
    }).toThrow(refused('AI_STATE_UNWRITABLE'));
    expect(() => {
      writeFileAtomically(at('nowhere/f'), 'x', { mode: 0o600 });
    }).toThrow(refused('AI_STATE_UNWRITABLE'));
    expect(readdirSync(directory)).toEqual(['dir']);
  });

  it('are read where they are there', () => {
    writeFileSync(at('f'), 'text');
    expect(readTextIfThere(at('f'))).toBe('text');
    expect(readTextIfThere(at('missing'))).toBeUndefined();
    expect(readTextIfThere(at('f/below'))).toBeUndefined();
    expect(() => readTextIfThere(directory)).toThrow('AI_FILE_UNREADABLE');
  });

  it('are read with care where others may have put them', () => {
    writeFileSync(at('f'), 'text');
    symlinkSync(at('f'), at('link'));
    execFileSync('mkfifo', [at('pipe')]);
    expect(readRegularFile(at('f'))).toBe('text');
    for (const name of ['link', 'pipe', '.', 'missing'])
      expect(readRegularFile(at(name))).toBeUndefined();
  });
});

describe('what is made before a run', () => {
  const item = (
    name: string,
    more: Partial<Prepare['create'][number]> = {},
  ): Prepare['create'][number] => ({
    ...{
      path: at(name),
      kind: 'directory' as const,
      mode: 0o700,
      owner: me,
      below: directory,
      reason: 'test',
    },
    ...more,
  });

  it('has the mode that was asked for, on the way too', () => {
    const before = process.umask(0o077);
    createMissing([item('a/b/c', { mode: 0o755 }), item('a/b/f', { kind: 'file', mode: 0o644 })]);
    process.umask(before);
    expect(['a', 'a/b', 'a/b/c', 'a/b/f'].map((name) => mode(at(name)))).toEqual([
      '755',
      '755',
      '755',
      '644',
    ]);
    expect(readFileSync(at('a/b/f'), 'utf8')).toBe('');
  });

  it('is made in any order, below several directories, and named in the order in which it was made', () => {
    const made: string[] = [];
    const other = { below: at('other'), path: at('other/a/b') };
    const names = ['a/b/c', 'a/b/d/e', 'a/f', 'a/b/g', 'a/b', 'h'];
    createMissing([...names.map((name) => item(name)), item('', other), item('a/b/i')], made);
    expect(made.map((name) => path.relative(directory, name))).toEqual([
      ...['a', 'a/b', 'a/b/c', 'a/b/d', 'a/b/d/e', 'a/f', 'a/b/g', 'h'],
      ...['other', 'other/a', 'other/a/b', 'a/b/i'],
    ]);
    for (const name of made) expect(statSync(name).isDirectory()).toBe(true);
  });

  it('leaves no directory open, whatever becomes of it', () => {
    const before = readdirSync('/dev/fd').length;
    createMissing([item('a/b/c'), item('a/d')]);
    writeFileSync(at('file'), '');
    expect(() => {
      createMissing([item('a/b/e'), item('file/x')]);
    }).toThrow(refused('AI_MOUNT_INVALID'));
    expect(readdirSync('/dev/fd').length).toBe(before);
  });

  it('is left as it is where it is there', () => {
    mkdirSync(at('a'), { mode: 0o711 });
    writeFileSync(at('a/f'), 'mine');
    for (let times = 0; times < 2; times++)
      createMissing([item('a'), item('a/f', { kind: 'file' })]);
    expect([mode(at('a')), readFileSync(at('a/f'), 'utf8')]).toEqual(['711', 'mine']);
  });

  it('has what it stands in made first', () => {
    createMissing([item('x/y', { below: at('new/state'), path: at('new/state/x/y') })]);
    expect(mode(at('new/state'))).toBe('700');
    expect(statSync(at('new/state/x/y')).isDirectory()).toBe(true);
  });

  it.each(['link', 'link/x', 'dangling', 'file', 'file/x'])('is refused at %s', (name) => {
    mkdirSync(at('elsewhere'));
    symlinkSync(at('elsewhere'), at('link'));
    symlinkSync(at('nowhere'), at('dangling'));
    writeFileSync(at('file'), '');
    expect(() => {
      createMissing([item(name)]);
    }).toThrow(refused('AI_MOUNT_INVALID'));
    expect(readdirSync(at('elsewhere'))).toEqual([]);
    expect(existsSync(at('nowhere'))).toBe(false);
  });

  it('is refused where a file is wanted and a directory stands', () => {
    mkdirSync(at('d'));
    expect(() => {
      createMissing([item('d', { kind: 'file' })]);
    }).toThrow(refused('AI_MOUNT_INVALID'));
  });

  it.runIf(mayActAsOthers)('belongs to its owner, who is not asked for more than once', () => {
    const owner = { uid: 4321, gid: 4322 };
    const ownerOf = (name: string): string =>
      `${lstatSync(at(name)).uid}:${lstatSync(at(name)).gid}`;
    createMissing([item('a/b', { owner })]);
    expect([ownerOf('a'), ownerOf('a/b')]).toEqual(['4321:4322', '4321:4322']);

    mkdirSync(at('tree/sub'), { recursive: true });
    writeFileSync(at('outside'), '');
    symlinkSync(at('outside'), at('tree/sub/link'));
    giveTree(at('tree'), owner);
    expect(['tree', 'tree/sub', 'tree/sub/link'].map(ownerOf)).toEqual(Array(3).fill('4321:4322'));
    expect(ownerOf('outside')).toBe(`${me.uid}:${me.gid}`);
  });
});

describe('seeds', () => {
  const seed = (seeds: Record<string, object>): void => {
    seedState(directory, seeds as never, { owner: me });
  };
  const json = (name: string): unknown => JSON.parse(readFileSync(at(name), 'utf8'));

  it.each<[string, object, object, object]>([
    ['what is missing', {}, { a: 1 }, { a: 1 }],
    ['nothing over the user’s', { a: false }, { a: true }, { a: false }],
    ['deeper down', { a: { x: 1 } }, { a: { x: 2, y: 3 } }, { a: { x: 1, y: 3 } }],
    [
      'nothing in what is of another kind',
      { a: null, b: 'x' },
      { a: { x: 1 }, b: { y: 1 } },
      { a: null, b: 'x' },
    ],
    ['keys that objects have anyway', {}, { constructor: 1 }, { constructor: 1 }],
  ])('add %s', (_what, current, values, expected) => {
    expect(addMissing(current as never, values as never)).toEqual(expected);
  });

  it('change nothing where nothing is missing', () => {
    const current = { a: { b: 1 }, c: 2 };
    expect(addMissing(current, { a: { b: 9 } })).toBe(current);
    writeFileSync(at('s.json'), '{"a":  1}');
    utimesSync(at('s.json'), 1, 1);
    seed({ 's.json': { a: 2 } });
    expect(statSync(at('s.json')).mtimeMs).toBe(1000);
  });

  it('make the file, or fill an empty one', () => {
    writeFileSync(at('empty.json'), '\n');
    seed({ 'new.json': { a: 1 }, 'empty.json': { b: 1 } });
    expect([json('new.json'), json('empty.json'), mode(at('new.json'))]).toEqual([
      { a: 1 },
      { b: 1 },
      '600',
    ]);
  });

  it.each(['[1]', '"x"', '{ broken', 'null'])('leave %s alone', (text) => {
    writeFileSync(at('s.json'), text);
    seed({ 's.json': { a: 1 } });
    expect(readFileSync(at('s.json'), 'utf8')).toBe(text);
  });

  it('neither follow a link that was put there, nor wait at a pipe, nor fail at a directory', () => {
    writeFileSync(at('secret'), '{"token":"hush"}');
    symlinkSync(at('secret'), at('link.json'));
    symlinkSync(at('nowhere'), at('dangling.json'));
    execFileSync('mkfifo', [at('pipe.json')]);
    mkdirSync(at('dir.json'));
    seed({
      'link.json': { a: 1 },
      'dangling.json': { a: 1 },
      'pipe.json': { a: 1 },
      'dir.json': { a: 1 },
    });
    expect(readFileSync(at('secret'), 'utf8')).toBe('{"token":"hush"}');
    expect(lstatSync(at('link.json')).isSymbolicLink()).toBe(true);
    expect(existsSync(at('nowhere'))).toBe(false);
  });
});

describe('the stage', () => {
  const oneOfEach = {
    ...{ project: '/one/project', git: '/one/git', extra: '/one/extra', state: '/one/state' },
    ...{ run: '/one/run', mask: '/one/mask', protect: '/one/protect', overlay: '/one/overlay' },
  } satisfies Record<Mount['role'], string>;

  function stage(
    odd: string,
    filled = true,
  ): { inside: string; run: string; plan: RunPlan; fill: () => void; close: () => void } {
    const state = at('state');
    const source = at(odd);
    const image = at('image');
    for (const made of [source, image, at('project')]) mkdirSync(made, { recursive: true });
    for (const name of ['passwd', 'group', 'ca-certificates.crt'])
      writeFileSync(path.join(image, name), `${name === 'passwd' ? 'x:x:9:9::/:/x' : 'x:x:9:'}\n`);
    writeFileSync(at('ca.pem'), 'CA');
    const redactor = new Redactor();
    redactor.learn([odd]);
    const built = buildPlan(
      buildFacts({
        request: { kind: 'exec', assistant: 'claude', command: ['echo', `say ${odd}`] },
        project: { root: at('project'), directory: at('project'), owner: me },
        mounts: [
          { source, target: `/odd/${odd}`, readOnly: false, kind: 'directory', gid: me.gid },
        ],
        settings: { env: { MY_TOKEN: odd, PLAIN: 'plain' } },
        host: { caFiles: [at('ca.pem')], uid: me.uid, gid: me.gid },
        state: { directory: state, writable: state },
      }),
    );
    // One more of every kind, whether or not this run has any.
    const more = Object.entries(oneOfEach).map(([role, target]) => ({
      ...{ role: role as Mount['role'], source: at('project'), target, reason: 'test' },
      ...{ kind: 'directory' as const, readOnly: role === 'protect' },
    }));
    const plan = { ...built, mounts: [...built.mounts, ...more] };
    const input = {
      plan,
      stateDirectory: state,
      writable: state,
      imageFiles: image,
      caFiles: [at('ca.pem')],
      coverData: redactor.coverData,
    };
    const { inside } = openStage(input);
    const fill = (): void => {
      fillStage(input, 'unix:///engine');
    };
    if (filled) fill();
    const close = (): void => {
      forgetRun(state, plan.run.id);
    };
    return { inside, run: path.dirname(inside), plan, fill, close };
  }

  it('refuses what has become a link since it was looked at: the engine would follow it', () => {
    const { fill, close } = stage('swapped', false);
    renameSync(at('swapped'), at('old'));
    symlinkSync(at('old'), at('swapped'));
    expect(fill).toThrow(expect.objectContaining({ code: 'AI_MOUNT_INVALID' }) as Error);
    rmSync(at('swapped'));
    renameSync(at('old'), at('swapped'));
    fill();
    close();
  });

  it.each([1, 2, 3, 4, 5])('expects no link’s target, wherever it comes between: %i', (turn) => {
    const { inside, plan, fill, close } = stage('swapped', false);
    mkdirSync(at('secret'));
    const source = at('swapped');
    let reads = 0;
    const extra = plan.mounts.find((mount) => mount.source === source);
    Object.defineProperty(extra, 'source', {
      enumerable: true,
      get: () => {
        if (++reads === turn) {
          renameSync(source, at('old'));
          symlinkSync(at('secret'), source);
        }
        return source;
      },
    });
    let refusal: unknown;
    try {
      fill();
    } catch (error) {
      refusal = error;
    }
    const { dev, ino } = statSync(at('secret'), { bigint: true });
    if (refusal === undefined)
      expect(readFileSync(path.join(inside, 'mounts'), 'utf8')).not.toContain(`${dev}:${ino}\n`);
    else expect(refusal).toMatchObject({ code: 'AI_MOUNT_INVALID' });
    close();
  });

  it('has no secret in its record, of the command neither, and all else as it is', () => {
    const { run, close } = stage('odd-one');
    const { plan } = JSON.parse(readFileSync(path.join(run, 'plan.json'), 'utf8')) as {
      plan: RunPlan;
    };
    expect(plan.command.argv).toContain('say ***');
    expect(plan.environment.map(({ name }) => name)).not.toContain('MY_TOKEN');
    expect(plan.mounts.map(({ source }) => source)).toContain(at('odd-one'));
    close();
  });

  it.each(oddNames)('tells sh the mounts and the secrets of %j as they are', (odd) => {
    const { inside, plan } = stage(odd);
    const script = [
      `verify_mounts() { printf '%s\\0' "$expected" "$(stat -L -c %d:%i -- "$INSIDE_SOURCE")" "$@"; }`,
      '. "$1/mounts"; . "$1/env"; printf "%s\\0" "$MY_TOKEN" "$PLAIN"',
    ].join('\n');
    const env = { PATH: process.env['PATH'], INSIDE_SOURCE: at(odd) };
    const output = execFileSync('sh', ['-c', script, 'sh', inside], { encoding: 'utf8', env });
    const [expected = '', identity = '', ...words] = output.split('\0').slice(0, -1);
    const targets = words.slice(0, -2);
    // Every mount, whatever its kind, and the directory that says so itself.
    expect(targets).toEqual(['/run/ai', ...plan.mounts.map(({ target }) => target)]);
    expect(targets).toEqual(expect.arrayContaining(Object.values(oneOfEach)));
    expect(expected.split('\n')).toHaveLength(targets.length);
    expect(expected.split('\n')[targets.indexOf(`/odd/${odd}`)]).toBe(identity);
    expect(words.slice(-2)).toEqual([odd, 'plain']);
  });

  it('keeps secrets where only the run reads them, and goes as a whole', () => {
    const { inside, run, close } = stage('plain');
    expect(mode(path.join(inside, 'env'))).toBe('400');
    expect(mode(path.join(run, 'plan.json'))).toBe('600');
    const record = JSON.parse(readFileSync(path.join(run, 'plan.json'), 'utf8')) as {
      plan: { environment: { name: string }[] };
    };
    expect(record).toMatchObject({ endpoint: 'unix:///engine', launcher: { pid: process.pid } });
    const names = record.plan.environment.map(({ name }) => name);
    expect(names).toContain('HOME');
    for (const name of ['MY_TOKEN', 'PLAIN']) expect(names).not.toContain(name);
    const passwd = readFileSync(path.join(run, 'passwd'), 'utf8');
    expect(passwd).toMatch(/^x:x:9:9::\/:\/x$/m);
    expect(passwd).toMatch(/^ann:x:/m);
    expect(readFileSync(path.join(run, 'ca-certificates.crt'), 'utf8')).toMatch(/x:x:9:\n\nCA/);
    close();
    close();
    expect(readdirSync(at('state/runs'))).toEqual([]);
  });
});

describe('runs', () => {
  const dead: ProcessIdentity = { ...ownIdentity(), startTime: '1' };
  function addRun(id: string, record: object | string | undefined, ageInSeconds = 0): void {
    mkdirSync(at('runs', id), { recursive: true });
    if (record !== undefined)
      writeFileSync(
        at('runs', id, 'plan.json'),
        typeof record === 'string' ? record : JSON.stringify(record),
      );
    const then = Date.now() / 1000 - ageInSeconds;
    utimesSync(at('runs', id), then, then);
  }
  const left = (): Record<string, boolean> =>
    Object.fromEntries(
      leftRuns(directory, 'me').map(({ id, record }) => [id, record !== undefined]),
    );
  const labels = { 'ai.owner': 'me' };
  const plan = { version: planVersion, labels };

  it.each<[string, object | string | undefined, number, Record<string, boolean>]>([
    ['alive', { launcher: ownIdentity(), plan }, 9999, {}],
    ['dead', { launcher: dead, plan }, 0, { r: true }],
    ['young without a record', undefined, 30, {}],
    ['old without a record', undefined, 90, { r: false }],
    ['young with half a record', '{"launcher":', 30, {}],
    ['old with half a record', '{"launcher":', 90, { r: false }],
    [
      'alive, with half a plan',
      recordText({ launcher: ownIdentity(), endpoint: 'unix:///e' }, '{"half').slice(0, -1),
      90,
      {},
    ],
    [
      'dead, with half a plan',
      recordText({ launcher: dead, endpoint: 'unix:///e' }, '{"half').slice(0, -1),
      90,
      { r: false },
    ],
    ['old with a record of something else', '{"plan":{"version":1}}', 90, { r: false }],
    [
      'alive, of another version of ai',
      { launcher: ownIdentity(), plan: { version: 99, labels } },
      9999,
      {},
    ],
    [
      'of another machine that shares the home',
      { launcher: dead, plan: { version: 1, labels: { 'ai.owner': 'another' } } },
      9999,
      {},
    ],
    [
      'dead, of another version of ai',
      { launcher: dead, plan: { version: 99, labels } },
      0,
      { r: false },
    ],
  ])('that are %s', (_what, record, age, expected) => {
    addRun('r', record, age);
    expect(left()).toEqual(expected);
    expect(liveRuns(directory, 'me')).toEqual(Object.keys(expected).length === 0 ? ['r'] : []);
  });

  it('go with what a session made read-only', () => {
    addRun('r', { launcher: dead, plan });
    mkdirSync(at('runs/r/home/go/deep'), { recursive: true });
    writeFileSync(at('runs/r/home/go/deep/file'), '');
    symlinkSync(directory, at('runs/r/home/go/link'));
    chmodSync(at('runs/r/home/go/deep'), 0o555);
    chmodSync(at('runs/r/home/go'), 0o500);
    forgetRun(directory, 'r');
    expect(readdirSync(at('runs'))).toEqual([]);
  });

  it('are none without a directory', () => {
    expect([left(), liveRuns(directory, 'me'), hasOtherRuns(directory, 'own')]).toEqual([
      {},
      [],
      false,
    ]);
  });

  it('other than the own one are noticed, and forgotten', () => {
    addRun('own', { launcher: dead, plan });
    expect(hasOtherRuns(directory, 'own')).toBe(false);
    addRun('other', { launcher: dead, plan });
    expect(hasOtherRuns(directory, 'own')).toBe(true);
    expect(leftRuns(directory, 'me', 'own').map(({ id }) => id)).toEqual(['other']);
    forgetRun(directory, 'other');
    forgetRun(directory, 'other');
    expect(readdirSync(at('runs'))).toEqual(['own']);
  });
});

describe.runIf(process.platform === 'linux')('a process', () => {
  const own = ownIdentity();
  it('is alive: this one', () => {
    expect(own.startTime).toMatch(/^\d+$/);
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ ...own, startTime: '' })).toBe(true);
  });

  it('is another where its start time or its boot is another', () => {
    expect(isAlive({ ...own, startTime: String(Number(own.startTime) + 1) })).toBe(false);
    expect(isAlive({ ...own, bootId: 'another' })).toBe(false);
  });

  it('has ended: when nobody has its number, and as a zombie before', async () => {
    // The shell's child ends and is not waited for, because the shell has become something that waits for nobody.
    const parent = spawn('sh', ['-c', 'read line <&3 3<&- & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    });
    const [line] = (await once(parent.stdout!, 'data')) as [Buffer];
    const pid = Number(line);
    const command = (): string => readFileSync(`/proc/${parent.pid}/comm`, 'utf8');
    await expect.poll(command).toBe('sleep\n');
    (parent.stdio[3] as Writable).end('\n');
    const stat = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8');
    await expect.poll(() => stat().includes(') Z ')).toBe(true);
    const fields = stat()
      .slice(stat().lastIndexOf(')') + 2)
      .split(' ');
    expect(isAlive({ pid, startTime: fields[19]!, bootId: own.bootId })).toBe(false);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    expect(isAlive({ pid: parent.pid!, startTime: '1', bootId: own.bootId })).toBe(false);
    expect(isAlive({ pid: parent.pid!, startTime: '', bootId: own.bootId })).toBe(false);
  });
});
