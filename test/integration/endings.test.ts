// Every way a run can end: the code is true, the container is gone, and so are the files of the run.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { aiCommand, runAi, type AiResult } from '../support/ai.ts';
import { openEngineProxy } from '../support/engine-proxy.ts';
import { connectToEngine, containersOf } from '../support/engine.ts';
import { expectNothingLeft, runsIn, stateOf } from '../support/left-behind.ts';
import { workingTree } from '../support/installation.ts';
import { LiveRun } from '../support/live-run.ts';
import { Terminal } from '../support/terminal.ts';
import { homeWithImage } from '../support/ready-home.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

const docker = connectToEngine();
let home: string;
let cwd: string;

beforeAll(async () => {
  home = await homeWithImage();
});
beforeEach(() => {
  cwd = temporaryDirectory();
});
afterEach(async () => {
  await expectNothingLeft(home);
});

const idle = 'while :; do sleep 0.05; done';

/** A script that has printed `ready`. */
async function startScript(script: string, ...options: string[]): Promise<LiveRun> {
  const args = [...options, 'exec', '--', 'sh', '-c', script];
  const run = LiveRun.start(args, { home, cwd });
  await run.waitFor('ready');
  return run;
}

async function secondsOf(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return (performance.now() - start) / 1000;
}

function makeGate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('a signal to the launcher', () => {
  it.each<[NodeJS.Signals, string, number]>([
    ['SIGTERM', `trap 'echo bye; exit 9' TERM; echo ready; ${idle}`, 9],
    ['SIGTERM', `echo ready; exec sleep 1000`, 143],
    ['SIGINT', `trap 'echo bye; exit 6' INT; echo ready; ${idle}`, 6],
    ['SIGINT', `echo ready; exec sleep 1000`, 130],
    ['SIGHUP', `trap 'echo bye; exit 8' TERM; echo ready; ${idle}`, 8],
    ['SIGUSR1', `trap 'echo bye; exit 7' USR1; echo ready; ${idle}`, 7],
    ['SIGQUIT', `trap 'echo bye; exit 5' QUIT; echo ready; ${idle}`, 5],
  ])('%s reaches the program: %s', async (signal, script, code) => {
    const run = await startScript(script);
    run.signal(signal);
    const stdout = script.includes('bye') ? 'ready\nbye\n' : 'ready\n';
    expect(await run.ended).toEqual({ code, signal: null, stdout, stderr: '' });
  });

  it.each<[NodeJS.Signals, string, number, string]>([
    ['SIGTERM', `trap 'echo bye; exit 9' TERM`, 9, 'ready\nbye\n'],
    ['SIGINT', `trap 'echo bye; exit 6' INT`, 6, 'ready\nbye\n'],
    ['SIGUSR1', `trap 'echo bye; exit 7' USR1`, 7, 'ready\nbye\n'],
    ['SIGINT', 'true', 130, 'ready\n'],
  ])(
    '%s before the engine has answered to the start reaches the program: %s',
    async (signal, trap, code, stdout) => {
      const goOn = makeGate();
      const { host, requests } = await openEngineProxy({
        after: (request) => (request.includes('/start ') ? goOn.opened : undefined),
      });
      const run = await startScript(`${trap}; echo ready; ${idle}`, '--host', host);
      run.signal(signal);
      // Longer than the launcher needs to hear of it: it asks the engine nothing meanwhile, which is no event to wait for.
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(requests.filter((request) => request.includes('/kill?'))).toEqual([]);
      goOn.open();
      expect(await run.ended).toEqual({ code, signal: null, stdout, stderr: '' });
    },
  );

  it('SIGHUP kills soon what ignores TERM: nobody is there to wait', async () => {
    const run = await startScript(`trap '' TERM HUP; echo ready; ${idle}`);
    run.signal('SIGHUP');
    expect(await secondsOf(run.ended)).toBeLessThan(3.5);
    expect(await run.ended).toMatchObject({ code: 137 });
  });

  it('SIGINT kills when it comes a fourth time', async () => {
    const run = await startScript(`trap 'echo caught' INT; echo ready; ${idle}`);
    for (const count of [1, 2, 3]) {
      run.signal('SIGINT');
      await run.waitFor('caught\n'.repeat(count));
    }
    run.signal('SIGINT');
    expect(await run.ended).toMatchObject({ code: 137 });
  });
});

describe('a terminal that is closed', () => {
  it.each([
    ['ends the program', `echo ready; ${idle}`],
    ['ends one that ignores it', `trap '' TERM HUP INT; echo ready; ${idle}`],
  ])('%s within 3 seconds', async (_, script) => {
    const terminal = Terminal.open(aiCommand(['exec', '--', 'sh', '-c', script], { home, cwd }));
    await terminal.waitFor('ready');
    terminal.hangUp();
    expect(await secondsOf(terminal.exit)).toBeLessThan(3.5);
    await expectNothingLeft(home);
  });
});

describe('a time limit', () => {
  it('ends the run politely, with 124', async () => {
    const run = await startScript(
      `trap 'echo bye; exit 0' TERM; echo ready; ${idle}`,
      '--timeout',
      '1',
    );
    expect(await run.ended).toMatchObject({ code: 124, stdout: 'ready\nbye\n' });
  });

  it('ends one that ignores TERM, after a time of grace', async () => {
    const run = await startScript(`trap '' TERM; echo ready; ${idle}`, '--timeout', '0.5');
    const seconds = await secondsOf(run.ended);
    expect(seconds).toBeGreaterThan(9);
    expect(seconds).toBeLessThan(13);
    expect(await run.ended).toMatchObject({ code: 124 });
  });

  it('that is not reached changes nothing', async () => {
    const result = await runAi(['--timeout', '1m', 'exec', '--', 'sh', '-c', 'exit 3'], { home });
    expect(result).toMatchObject({ code: 3 });
  });
});

describe('a launcher that is killed', () => {
  /** The run of a launcher that was killed, when its container has gone. */
  async function killLauncher(): Promise<{ id: string; seconds: number }> {
    const script = `trap '' TERM HUP INT; echo ready; ${idle}`;
    // Killed at the very first sign of life: there is to be no moment without the leash.
    const run = LiveRun.start(['exec', '--', 'sh', '-c', script], { home, cwd });
    await run.waitFor('ready');
    const [container] = await containersOf(home);
    const [id = ''] = runsIn(home);
    const removed = docker.getContainer(container!.id).wait({ condition: 'removed' });
    run.signal('SIGKILL');
    const seconds = await secondsOf(removed);
    expect(await run.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(runsIn(home)).toEqual([id]);
    return { id, seconds };
  }

  it('takes its container along within 3 seconds; the next `ai` removes its files', async () => {
    const { seconds } = await killLauncher();
    expect(seconds).toBeLessThan(3);
    const next = await runAi(['exec', '--', 'echo', 'next'], { home });
    expect(next).toEqual({ code: 0, signal: null, stdout: 'next\n', stderr: '' });
  });

  it('is cleaned up after by `ai clean`, which leaves live runs alone', async () => {
    const { id } = await killLauncher();
    const live = await startScript('echo ready; read -r line; echo "$line"');
    expect((await runAi(['clean'], { home })).code).toBe(0);
    expect(runsIn(home)).not.toContain(id);
    expect(runsIn(home)).toHaveLength(1);
    live.child.stdin.end('still here\n');
    expect(await live.ended).toMatchObject({ code: 0, stdout: 'ready\nstill here\n' });
  });
});

/** The watcher that would end this container when its launcher is gone. */
function watcherOf(container: string): number {
  const found = readdirSync('/proc').filter((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return words.some((word) => word.endsWith('leash-program.cjs')) && words.includes(container);
    } catch {
      // No process, or one that has just ended.
      return false;
    }
  });
  expect(found).toHaveLength(1);
  return Number(found[0]);
}

describe.runIf(process.platform === 'linux')('a launcher whose leash is killed, too', () => {
  it('leaves a container that runs on, which `ai clean` removes with all that is of the run', async () => {
    const live = LiveRun.start(
      ['exec', '--', 'sh', '-c', 'echo ready; while :; do sleep 0.1; echo on; done'],
      { home, cwd },
    );
    await live.waitFor('ready');
    const [{ id } = { id: '' }] = await containersOf(home);
    process.kill(watcherOf(id), 'SIGKILL');
    live.signal('SIGKILL');
    await live.ended;

    const container = docker.getContainer(id);
    const output = await container.attach({ stream: true, stdout: true });
    await once(output, 'data');
    expect(await containersOf(home)).toMatchObject([{ id, state: 'running' }]);
    const [run = ''] = runsIn(home);
    const { code, stdout } = await runAi(['clean', '--json'], { home });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ removed: [run], failures: [] });
    expect([await containersOf(home), runsIn(home)]).toEqual([[], []]);
  });
});

describe('a crash of the launcher', () => {
  /** `ai` as a package of its own, which breaks as soon as it has begun, when these of its files are gone. */
  async function crashWithout(names: RegExp): Promise<AiResult> {
    const own = temporaryDirectory();
    for (const part of ['package.json', 'bin', 'dist'])
      cpSync(path.join(workingTree, part), path.join(own, part), { recursive: true });
    const breaking = path.join(own, 'break.cjs');
    writeFileSync(
      breaking,
      `const { readdirSync, rmSync } = require('node:fs');
      setImmediate(() => {
        for (const name of readdirSync(__dirname + '/dist', { recursive: true }))
          if (${String(names)}.test(name)) rmSync(__dirname + '/dist/' + name);
        throw new Error('broken');
      });`,
    );
    const { env } = aiCommand([], { home });
    const command = [process.execPath, '--require', breaking, path.join(own, 'bin/ai.js'), 'ps'];
    const [program = '', ...words] = command;
    const child = spawn(program, words, { cwd, env, timeout: 10_000 });
    const [end, stdout, stderr] = await Promise.all([
      once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
      text(child.stdout),
      text(child.stderr),
    ]);
    return { code: end[0], signal: end[1], stdout, stderr };
  }

  it('is reported', async () => {
    const { code, stderr } = await crashWithout(/^nothing$/);
    expect({ code, stderr }).toEqual({
      code: 125,
      stderr: expect.stringMatching(/broken/) as string,
    });
  });

  it.each([
    ['what reports it', /chunks.report-error/],
    ['what covers secrets in it', /chunks.after/],
    ['all of it', /chunks./],
  ])('ends it once, also where an update has taken %s away', async (_, names) => {
    expect(await crashWithout(names)).toEqual({
      ...{ code: 125, signal: null, stdout: '' },
      stderr: `ai: crashed, and what would report it could not be loaded
    perhaps it was updated or removed while it ran
    next: start it again
`,
    });
  });
});

describe('memory that runs out', () => {
  const limit = ['--memory', '64m'];

  it('kills the program: 137, and one line says why', async () => {
    const result = await runAi([...limit, 'exec', '--', 'tail', '/dev/zero'], { home });
    expect(result).toMatchObject({ code: 137, stdout: '' });
    expect(result.stderr).toMatch(/^ai: .*out of memory.*\n$/);
  });

  it('kills a child: one line, and the program’s own code', async () => {
    const script = 'tail /dev/zero; echo "child $?"; exit 7';
    const result = await runAi([...limit, 'exec', '--', 'sh', '-c', script], { home });
    expect(result).toMatchObject({ code: 7, stdout: 'child 137\n' });
    expect(result.stderr).toMatch(/^(Killed\n)?ai: .*out of memory.*\n$/);
  });
});

describe('an interruption before the start', () => {
  it.each<[NodeJS.Signals, string, number]>([
    ['SIGINT', 'create', 130],
    ['SIGTERM', 'create', 143],
    ['SIGHUP', 'create', 129],
    ['SIGTERM', 'attach', 143],
  ])('%s while the engine is to %s: %i, and nothing is left', async (signal, what, code) => {
    const creating = makeGate();
    const goOn = makeGate();
    const proxy = await openEngineProxy({
      before: async (request) => {
        if (!new RegExp(`/${what}[?]`).test(request)) return;
        creating.open();
        await goOn.opened;
      },
    });
    const run = LiveRun.start(['--host', proxy.host, 'exec', '--', 'echo', 'ran'], { home, cwd });
    await creating.opened;
    run.signal(signal);
    goOn.open();
    expect(await run.ended).toMatchObject({ code, stdout: '' });
    // The removal is an end too, and as after any other the engine may be asked whether it is still there.
    const changes = proxy.requests.filter((request) => !request.startsWith('GET '));
    expect(changes.at(-1)).toMatch(/^DELETE /);
    expect(changes.filter((request) => request.includes('/start '))).toEqual([]);
  });
});

it('can be interrupted while an engine says nothing at all', async () => {
  const connected = makeGate();
  const socket = path.join(temporaryDirectory(), 'silent.sock');
  const server = createServer(() => {
    connected.open();
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(() => void server.close());
  const run = LiveRun.start(['--host', `unix://${socket}`, 'exec', '--', 'true'], { home, cwd });
  await connected.opened;
  run.signal('SIGINT');
  expect(await run.ended).toMatchObject({ code: 130, stdout: '' });
  // Nobody knows whether that engine has made a container: an `ai` that reaches it will see to the run.
  for (const id of runsIn(home)) rmSync(path.join(stateOf(home), 'runs', id), { recursive: true });
});

it('is finished by the next `ai`, each run on its own, also when one of them resists', async () => {
  const live = await startScript(`echo ready; ${idle}`);
  const [id = ''] = runsIn(home);
  live.signal('SIGKILL');
  await live.ended;
  const runs = path.join(stateOf(home), 'runs');
  const record = JSON.parse(readFileSync(path.join(runs, id, 'plan.json'), 'utf8')) as {
    plan: { prepare: object; run: { id: string }; image: { tag: string } };
  };
  // A crashed --root run whose image is gone: what it made can not be given back. By its name it is the first in turn.
  record.plan.prepare = {
    ...record.plan.prepare,
    giveBack: { paths: ['/home/ai'], owner: { uid: 1, gid: 1 }, reason: '' },
  };
  record.plan.image.tag = 'ai-test/gone:gone';
  record.plan.run.id = '00000000-resists';
  cpSync(path.join(runs, id), path.join(runs, '00000000-resists'), {
    recursive: true,
    filter: (file) => !lstatSync(file).isSocket(),
  });
  writeFileSync(path.join(runs, '00000000-resists/plan.json'), JSON.stringify(record));
  const { code, stdout } = await runAi(['clean', '--json'], { home });
  expect(code).toBe(125);
  expect(JSON.parse(stdout)).toMatchObject({
    removed: [id],
    failures: [expect.stringContaining('00000000-resists')],
  });
  expect(runsIn(home)).toEqual(['00000000-resists']);
  rmSync(path.join(runs, '00000000-resists'), { recursive: true });
});
