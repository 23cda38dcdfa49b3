// Who holds a lock, and for how long: processes that stop, die, or cannot be seen from here. The rest: ../images/lock.test.ts.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { acquireLock, lockState, removeLeft } from '../../../src/host/lock.ts';
import {
  canJudge,
  isAlive,
  ownIdentity,
  type ProcessIdentity,
} from '../../../src/host/process-identity.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let file: string;
let program: string;
const children: ChildProcess[] = [];
beforeAll(() => {
  program = path.join(temporaryDirectory(), 'lock.cjs');
  const entryPoints = [path.join(import.meta.dirname, '../../../src/host/lock.ts')];
  buildSync({ entryPoints, outfile: program, bundle: true, platform: 'node', format: 'cjs' });
});
beforeEach(() => {
  file = path.join(temporaryDirectory(), 'locks', 'claude');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const acquire = (onWait?: () => void): Promise<() => void> =>
  acquireLock(file, { before: 'the test was over', pause: 1, ...(onWait && { onWait }) });

/** A process that runs `script` with `acquire` at hand. Resolves when it has said something. */
async function otherProcess(script: string): Promise<ChildProcess> {
  const text = `const { acquireLock } = require(${JSON.stringify(program)});
    const acquire = () => acquireLock(${JSON.stringify(file)}, { before: '', pause: 1 });
    (async () => { ${script} })();`;
  const child = spawn(process.execPath, ['-e', text], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}
const holder = (): Promise<ChildProcess> =>
  otherProcess('await acquire(); console.log("held"); setInterval(() => {}, 1000);');

/** True if it has not been given for as long as a hundred looks take. */
async function isKept(waiting: Promise<unknown>): Promise<boolean> {
  return await Promise.race([waiting.then(() => false), pass(200, true)]);
}

async function state(child: ChildProcess, wanted: string): Promise<void> {
  await vi.waitFor(() => {
    expect(readFileSync(`/proc/${child.pid}/stat`, 'utf8')).toContain(`) ${wanted} `);
  });
}

function heldBy(holds: Partial<ProcessIdentity>): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ ...ownIdentity(), ...holds }));
}

describe('a holder on this machine', () => {
  it('that was stopped keeps the lock, however long ago it gave a sign and whatever the clock says', async () => {
    const child = await holder();
    child.kill('SIGSTOP');
    await state(child, 'T');
    for (const hours of [-1, 1]) {
      const then = Date.now() / 1000 + hours * 3600;
      utimesSync(file, then, then);
      const interrupt = new AbortController();
      const waiting = acquireLock(file, { before: 'x', pause: 1, interrupt: interrupt.signal });
      const asked = waiting.catch(() => 'interrupted');
      expect(await isKept(asked)).toBe(true);
      interrupt.abort();
      expect(await asked).toBe('interrupted');
    }
    child.kill('SIGCONT');
  });

  it('that was killed loses it in less than a second, and leaves nothing behind', async () => {
    const child = await holder();
    const waiting = acquire();
    expect(await isKept(waiting)).toBe(true);
    child.kill('SIGKILL');
    const start = performance.now();
    const release = await waiting;
    expect(performance.now() - start).toBeLessThan(1000);
    release();
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  it('that was killed while it was stopped loses it too', async () => {
    const child = await holder();
    child.kill('SIGSTOP');
    await state(child, 'T');
    child.kill('SIGKILL');
    (await acquire())();
  });

  it('that has given it up lets the next one in', async () => {
    await otherProcess('(await acquire())(); console.log("done");');
    (await acquire())();
    expect(existsSync(file)).toBe(false);
  });

  it('is one at a time among processes that all want it: no update is lost', async () => {
    const counter = path.join(temporaryDirectory(), 'counter');
    writeFileSync(counter, '0');
    const script = `const fs = require('node:fs'); const file = ${JSON.stringify(counter)};
      for (let times = 0; times < 25; times++) {
        const release = await acquire();
        const count = Number(fs.readFileSync(file, 'utf8'));
        await new Promise(setImmediate);
        fs.writeFileSync(file, String(count + 1));
        release();
      }
      console.log('done');`;
    await Promise.all([1, 2, 3, 4].map(() => otherProcess(script)));
    expect(readFileSync(counter, 'utf8')).toBe('100');
    expect(readdirSync(path.dirname(file))).toEqual([]);
  }, 20_000);
});

describe.each<[string, Partial<ProcessIdentity>]>([
  ['in another container', { namespace: 'pid:[1]' }],
  ['on another machine', { machine: 'another', bootId: 'another', namespace: 'pid:[1]' }],
])('a holder %s', (_where, other) => {
  let clock: number;
  let looks: number;
  beforeEach(() => {
    clock = 1000;
    looks = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => {
      looks++;
      return clock;
    });
  });
  /** Several looks at the lock at that time. */
  async function until(time: number): Promise<void> {
    clock = time;
    const before = looks;
    await vi.waitFor(
      () => {
        expect(looks).toBeGreaterThan(before + 6);
      },
      { interval: 1 },
    );
  }
  const sign = (seconds: number): void => {
    utimesSync(file, seconds, seconds);
  };

  it('is believed while it gives signs of life, and no longer than ten seconds after the last', async () => {
    heldBy({ ...other, pid: 1, startTime: '1' });
    sign(1);
    let got = false;
    const waiting = acquire().then((release) => {
      got = true;
      return release;
    });
    await until(1001);
    await until(10_900);
    sign(2);
    await until(10_950);
    await until(20_900);
    expect(got).toBe(false);
    clock = 20_951;
    (await waiting)();
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  it('is not judged by the time of the file, whose clock may be off', async () => {
    heldBy({ ...other, pid: 1, startTime: '1' });
    for (const hours of [-1, 1]) {
      sign(Date.now() / 1000 + hours * 3600);
      const interrupt = new AbortController();
      const waiting = acquireLock(file, { before: 'x', pause: 1, interrupt: interrupt.signal });
      const asked = waiting.catch(() => 'interrupted');
      await until(clock + 1);
      await until(clock + 9000);
      interrupt.abort();
      expect(await asked).toBe('interrupted');
    }
  });

  it('has to be silent for the whole time once more when another one has come', async () => {
    heldBy({ ...other, pid: 1, startTime: '1' });
    sign(1);
    const waiting = acquire();
    await until(9000);
    heldBy({ ...other, pid: 2, startTime: '2' });
    sign(1);
    await until(9001);
    await until(18_900);
    expect(readFileSync(file, 'utf8')).toContain('"pid":2');
    clock = 19_002;
    (await waiting)();
  });
});

describe('our own lock', () => {
  it('gives signs of life every two seconds until it is given up', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const release = await acquire();
    utimesSync(file, 1, 1);
    vi.advanceTimersByTime(1999);
    expect(statSync(file).mtimeMs).toBe(1000);
    vi.advanceTimersByTime(1);
    expect(statSync(file).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
    release();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves the lock of whoever has taken it over', async () => {
    const release = await acquire();
    heldBy({ namespace: 'pid:[1]' });
    const theirs = readFileSync(file, 'utf8');
    release();
    expect(readFileSync(file, 'utf8')).toBe(theirs);
    expect(readdirSync(path.dirname(file))).toEqual([path.basename(file)]);
  });

  it('can be given up when it is gone already', async () => {
    const release = await acquire();
    release();
    release();
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  it('is for this user alone', async () => {
    const release = await acquire();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    release();
  });
});

describe('a process', () => {
  const own = ownIdentity();
  it.each<[string, Partial<ProcessIdentity>, boolean, boolean]>([
    ['this one', {}, true, true],
    ['of this number, started at another time', { startTime: '1' }, true, false],
    ['of an earlier boot', { bootId: 'another' }, true, false],
    ['of an earlier boot in a container', { bootId: 'another', namespace: 'pid:[1]' }, true, false],
    ['in another container', { namespace: 'pid:[1]' }, false, true],
    ['on another machine', { machine: 'another' }, false, true],
    ['noted by an earlier version', { namespace: '', machine: '' }, true, true],
  ])('%s', (_what, other, judged, alive) => {
    const identity = { ...own, ...other };
    expect(canJudge(identity)).toBe(judged);
    if (judged) expect(isAlive(identity)).toBe(alive);
  });

  it('that has ended is not alive, although nobody has waited for it', async () => {
    // Its parent is a program that waits for nobody.
    const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(parent);
    const [said] = (await once(parent.stdout, 'data')) as [Buffer];
    const stat = (): string => readFileSync(`/proc/${said.toString().trim()}/stat`, 'utf8');
    await vi.waitFor(() => {
      expect(stat()).toContain(') Z ');
    });
    const startTime = stat()
      .slice(stat().lastIndexOf(')') + 2)
      .split(' ')[19]!;
    expect(isAlive({ ...own, pid: Number(said.toString()), startTime })).toBe(false);
    expect(isAlive(own)).toBe(true);
  });
});

describe('a look at a lock', () => {
  it('tells who has it, and takes nothing from the living', async () => {
    expect(lockState(file)).toBe('free');
    const release = await acquire();
    expect(lockState(file)).toBe('held');
    expect(removeLeft(file)).toBe(false);
    expect(existsSync(file)).toBe(true);
    release();
    expect(removeLeft(file)).toBe(false);
  });

  it('finds one that a dead process has left, which can be removed', () => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ ...ownIdentity(), startTime: '1' }));
    expect(lockState(file)).toBe('left');
    expect(removeLeft(file)).toBe(true);
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  it('does not judge a process that cannot be seen from here', () => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ ...ownIdentity(), machine: 'another' }));
    expect(lockState(file)).toBe('unknown');
    expect(removeLeft(file)).toBe(false);
  });
});
