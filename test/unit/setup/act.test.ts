// Taking the steps: progress, failures, locks, interruption, daemons. Small scripts stand for systemctl, apt-get and open.

import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LauncherEvent } from '../../../src/base/events.ts';
import { act } from '../../../src/setup/act.ts';
import { decide } from '../../../src/setup/decide.ts';
import type { SetupFacts } from '../../../src/setup/facts.ts';
import type { Step, Work } from '../../../src/setup/work.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';
import { bareDebian, mac } from './setup-facts.ts';

type Scripts = Readonly<Record<string, string>>;

/** A machine whose programs are these scripts. Its engine answers once the file `engine` is there. */
class FakeMachine {
  readonly directory = temporaryDirectory();
  readonly events: LauncherEvent[] = [];
  readonly controller = new AbortController();
  onEvent: (event: LauncherEvent) => void = () => undefined;

  constructor(scripts: Scripts) {
    for (const [name, text] of Object.entries(scripts)) {
      writeFileSync(this.at(name), `#!/bin/sh\ncd ${this.directory}\n${text}\n`);
      chmodSync(this.at(name), 0o755);
    }
  }

  at(name: string): string {
    return path.join(this.directory, name);
  }

  has(name: string): boolean {
    return existsSync(this.at(name));
  }

  act(work: Work): Promise<string> {
    return act(work, {
      emit: (event) => {
        this.events.push(event);
        this.onEvent(event);
      },
      environment: { PATH: `${this.directory}:/usr/bin:/bin` },
      interrupt: this.controller.signal,
      versionAt: () => Promise.resolve(this.has('engine') ? '1.2' : undefined),
    });
  }

  get labels(): string[] {
    return this.events.flatMap((event) =>
      event.type === 'work-step' ? [`${event.step}/${event.total ?? ''} ${event.label}`] : [],
    );
  }
}

const step = (name: string, more: object = {}): Step => ({
  kind: 'command',
  title: name,
  argv: [name],
  ...more,
});
const work = (...steps: readonly Step[]): Work => ({
  missing: 'x',
  steps,
  asRoot: true,
  installs: [],
  wait: { socket: '/s', seconds: 20 },
});
function workFor(facts: Partial<SetupFacts>): Work {
  const decision = decide({ ...bareDebian, ...facts });
  if (decision.kind !== 'work') throw new Error(decision.kind);
  return decision.work;
}

describe('setting up', () => {
  it('by a systemctl that is faked: step by step, until the engine answers', async () => {
    const machine = new FakeMachine({
      'apt-get': 'echo "$DEBIAN_FRONTEND $*" >>log',
      systemctl: 'echo "$*" >>log; touch engine',
    });
    expect(await machine.act(workFor({ init: 'systemd' }))).toBe('1.2');
    expect(readFileSync(machine.at('log'), 'utf8').split('\n')).toEqual([
      ' update',
      expect.stringMatching(/^noninteractive install .* --download-only docker\.io/) as string,
      expect.stringMatching(/^noninteractive .*force-confold install .* docker\.io/) as string,
      'enable --now docker',
      '',
    ]);
    expect(machine.labels.at(-1)).toBe('5/5 waiting for the engine');
    expect(machine.events.at(-1)).toMatchObject({ type: 'work-end', ok: true });
  });

  it('by an open that is faked: a Mac’s application is started and waited for', async () => {
    const machine = new FakeMachine({
      open: 'echo "$*" >log; (sleep 0.3; touch engine) >/dev/null 2>&1 &',
    });
    expect(await machine.act(workFor({ ...mac, macApps: ['orbstack'] }))).toBe('1.2');
    expect(readFileSync(machine.at('log'), 'utf8')).toBe('-a OrbStack\n');
  });

  it('by a colima that is faked: its last line is shown', async () => {
    const machine = new FakeMachine({ colima: 'echo "starting vm"; touch engine' });
    await machine.act(workFor({ ...mac, macApps: ['colima'] }));
    expect(machine.events).toContainEqual({ type: 'work-line', line: 'starting vm' });
  });

  it('ends at the first step that fails, with what it said', async () => {
    const machine = new FakeMachine({ one: 'echo broken; exit 1', two: 'touch two.ran' });
    await expect(machine.act(work(step('one'), step('two')))).rejects.toMatchObject({
      code: 'AI_SETUP_FAILED',
      facts: { step: 'one', output: 'broken' },
    });
    expect(machine.has('two.ran')).toBe(false);
    expect(machine.events.at(-1)).toMatchObject({ type: 'work-end', ok: false });
  });

  it('passes over a failure that need not matter, and tells it where it did', async () => {
    const machine = new FakeMachine({
      lists: 'echo no lists; exit 1',
      one: 'exit 0',
      two: 'echo none; exit 1',
    });
    const lists = step('lists', { mayFail: true });
    await expect(machine.act(work(lists, step('two')))).rejects.toMatchObject({
      facts: { output: 'no lists\nnone' },
    });
    await expect(machine.act(work(lists, step('one'), step('two')))).rejects.toMatchObject({
      facts: { output: 'none' },
    });
  });

  it('asks the system’s log why a service has failed', async () => {
    const machine = new FakeMachine({
      systemctl: 'exit 1',
      journalctl: 'echo "bad configuration"',
    });
    await expect(
      machine.act(workFor({ init: 'systemd', dockerd: 'stopped' })),
    ).rejects.toMatchObject({
      facts: { output: expect.stringMatching(/\nbad configuration$/) as string },
    });
  });

  it('tries again while another installation holds the lock', async () => {
    const machine = new FakeMachine({
      one: 'if [ -e tried ]; then touch engine; else touch tried; echo "E: Could not get lock /l"; exit 100; fi',
    });
    expect(await machine.act(work(step('one', { waitsForLock: true })))).toBe('1.2');
  });

  it('gives up when nothing answers in time, with what then helps', async () => {
    const machine = new FakeMachine({});
    const impatient = { ...work(), wait: { socket: '/s', seconds: 0, hint: 'look at it' } };
    await expect(machine.act(impatient)).rejects.toMatchObject({
      code: 'AI_SETUP_FAILED',
      facts: { step: 'waiting for the engine', next: 'look at it' },
    });
  });
});

describe('Ctrl-C', () => {
  it('ends a step that may be ended, and takes no other', async () => {
    const machine = new FakeMachine({ one: 'echo on; exec sleep 60', two: 'touch two.ran' });
    machine.onEvent = ({ type }) => {
      if (type === 'work-line') machine.controller.abort();
    };
    await expect(machine.act(work(step('one'), step('two')))).rejects.toMatchObject({
      code: 'AI_INTERRUPTED',
    });
    expect(machine.has('two.ran')).toBe(false);
  });

  it('waits for a step that must be finished', async () => {
    const machine = new FakeMachine({
      one: 'echo on; while [ ! -e go ]; do sleep 0.05; done; touch one.ran',
      two: 'touch two.ran',
    });
    machine.onEvent = ({ type }) => {
      if (type === 'work-line') machine.controller.abort();
      if (type === 'note') writeFileSync(machine.at('go'), '');
    };
    await expect(
      machine.act(work(step('one', { untouchable: true }), step('two'))),
    ).rejects.toMatchObject({ code: 'AI_INTERRUPTED', facts: { before: 'two' } });
    expect([machine.has('one.ran'), machine.has('two.ran')]).toEqual([true, false]);
    expect(machine.events).toContainEqual(expect.objectContaining({ type: 'note' }));
  });

  it('starts no daemon afterwards', async () => {
    const machine = new FakeMachine({ one: 'echo on', daemon: 'touch engine' });
    machine.onEvent = ({ type }) => {
      if (type === 'work-line') machine.controller.abort();
    };
    const daemon: Step = { kind: 'daemon', title: 'd', argv: ['daemon'], log: machine.at('log') };
    await expect(
      machine.act(work(step('one', { untouchable: true }), daemon)),
    ).rejects.toMatchObject({ code: 'AI_INTERRUPTED', facts: { before: 'd' } });
    expect(machine.has('log')).toBe(false);
  });

  it('ends the waiting', async () => {
    const machine = new FakeMachine({});
    machine.onEvent = ({ type }) => {
      if (type === 'work-step') machine.controller.abort();
    };
    await expect(machine.act(work())).rejects.toMatchObject({ code: 'AI_INTERRUPTED' });
  });
});

describe('a daemon', () => {
  const daemon = (machine: FakeMachine): Work =>
    work({ kind: 'daemon', title: 'starting it', argv: ['daemon'], log: machine.at('log') });

  it('that dies is not waited for, and the end of its log says why', async () => {
    const machine = new FakeMachine({
      daemon: 'echo "mount: operation not permitted" >&2; exit 3',
    });
    writeFileSync(machine.at('log'), 'of an earlier start\n');
    await expect(machine.act(daemon(machine))).rejects.toMatchObject({
      code: 'AI_SETUP_FAILED',
      facts: { output: 'mount: operation not permitted\ndaemon ended with 3' },
    });
  });

  it('that is not there is said', async () => {
    const machine = new FakeMachine({});
    await expect(machine.act(daemon(machine))).rejects.toMatchObject({
      facts: { output: expect.stringContaining('ENOENT') as string },
    });
  });

  it('is not started where an engine answers by now', async () => {
    const machine = new FakeMachine({ daemon: 'touch daemon.ran', one: 'touch engine' });
    const { steps } = daemon(machine);
    expect(await machine.act(work(step('one'), ...steps))).toBe('1.2');
    expect(machine.has('log')).toBe(false);
  });
});
