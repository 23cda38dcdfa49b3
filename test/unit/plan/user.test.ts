// Who runs inside, by the engine: the user whose files the project are, in the ids that the engine gives them.

import { describe, expect, it } from 'vitest';
import { toContainer } from '../../../src/engines/docker/to-container.ts';
import { renderPasswd } from '../../../src/plan/accounts.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { EngineFacts } from '../../../src/plan/facts.ts';
import { printAsDockerRun } from '../../../src/plan/print.ts';
import { buildFacts, type FactsInput } from '../../support/build-facts.ts';

const podman = { make: 'podman' } as const;
const rootless = { rootless: true, limits: false, cpu: false };
const engines = {
  docker: {},
  'rootless docker': rootless,
  podman,
  'rootless podman': { ...podman, ...rootless },
} satisfies Record<string, Partial<EngineFacts>>;
type EngineName = keyof typeof engines;

const planFor = (engine: EngineName, input: FactsInput = {}) =>
  buildPlan(buildFacts({ ...input, engine: engines[engine] }));

describe('the user inside', () => {
  const root = { settings: { root: true } };
  it.each<[EngineName, FactsInput, string]>([
    ['docker', {}, '1000:1000 ann'],
    ['podman', {}, '1000:1000 ann'],
    ['rootless docker', {}, '0:0 ann'],
    ['rootless podman', {}, '1000:1000 ann keep-id'],
    ['docker', root, '0:0 root give-back'],
    ['podman', root, '0:0 root give-back'],
    ['rootless docker', root, '0:0 root'],
    ['rootless podman', root, '0:0 root'],
  ])('of %s %j is %s', (engine, input, expected) => {
    const plan = planFor(engine, input);
    const { user, userNamespace, prepare } = plan;
    const words = [
      `${user.uid}:${user.gid} ${user.name}`,
      userNamespace?.mode,
      prepare.giveBack && 'give-back',
    ];
    expect(words.filter(Boolean).join(' ')).toBe(expected);
    for (const { owner } of prepare.create.filter(({ reason }) => reason.includes('mounted there')))
      expect(owner).toEqual({ uid: 1000, gid: 1000 });
    expect(toContainer(plan, { inside: '/inside' })).toMatchObject({
      User: `${user.uid}:${user.gid}`,
      HostConfig: userNamespace ? { UsernsMode: 'keep-id' } : {},
    });
    expect(printAsDockerRun(plan).line).toContain(
      userNamespace ? ' --userns keep-id ' : ' --user ',
    );
  });

  it('has a name where it has root’s id, and root keeps its own', () => {
    const { user } = planFor('rootless docker');
    const passwd = renderPasswd('root:x:0:0:root:/root:/bin/sh\nann:x:7:7::/:/bin/sh\n', user);
    expect(passwd).toBe('ann:x:0:0:ann:/home/ai:/bin/bash\nroot:x:0:0:root:/root:/bin/sh\n');
  });
});

describe('the preview', () => {
  it.each<[EngineName, RegExp]>([
    ['docker', /^docker run /],
    ['rootless docker', /^docker run /],
    ['podman', /^podman run .*--tmpfs \/home\/ai:exec,mode=0777 /],
    ['rootless podman', /^podman run .*--userns keep-id/],
  ])('of %s is a line of its own program', (engine, expected) => {
    expect(printAsDockerRun(planFor(engine)).line).toMatch(expected);
  });
});

describe('groups', () => {
  const shared = { project: { owner: { uid: 5, gid: 27 } } };
  it.each<[EngineName, number[], number]>([
    ['docker', [27], 0],
    ['podman', [27], 0],
    ['rootless docker', [], 1],
    ['rootless podman', [], 1],
  ])('of %s: only where they work, else one line says so', (engine, gids, notes) => {
    const plan = planFor(engine, shared);
    expect(plan.groups.map(({ gid }) => gid)).toEqual(gids);
    expect(plan.notes.filter((note) => note.includes('the group 27'))).toHaveLength(notes);
  });
});

describe('limits that the engine does not hold', () => {
  it.each<[EngineName, FactsInput['settings'], string | undefined]>([
    ['docker', { memory: 1e9, pids: 7 }, undefined],
    ['rootless docker', {}, undefined],
    ['rootless docker', { memory: 1e9 }, 'not limited: memory '],
    ['rootless podman', { memory: 1e9, cpus: 2, pids: 7 }, 'not limited: memory, cpus, pids '],
  ])('of %s with %j', (engine, settings, expected) => {
    const note = planFor(engine, { settings: settings ?? {} }).notes.find((text) =>
      text.startsWith('not limited'),
    );
    if (expected === undefined) expect(note).toBeUndefined();
    else expect(note).toContain(expected);
  });
});
