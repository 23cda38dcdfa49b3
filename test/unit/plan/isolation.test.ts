// What `secure`, `root` and `terminal` make of a plan, of the engine's configuration, and of the pasted line.

import { describe, expect, it } from 'vitest';
import type { AiError } from '../../../src/base/errors.ts';
import { toContainer } from '../../../src/engines/docker/to-container.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { printAsDockerRun } from '../../../src/plan/print.ts';
import { buildFacts, type FactsInput } from '../../support/build-facts.ts';

const secure = {
  secure: true,
  auth: 'lend',
  terminal: 'safe',
  browser: 'print',
  network: 'allowlist',
  protect: 'readonly',
} as const;
const configuration = (input: FactsInput): { HostConfig: object } =>
  toContainer(buildPlan(buildFacts(input)), { inside: '/i' }) as { HostConfig: object };

describe('secure', () => {
  it('leaves only scratch directories, where programs may run, and mounts to write to', () => {
    const made = configuration({ settings: secure });
    const scratch = 'exec,nosuid,nodev,mode=1777,size=';
    expect(made).toMatchObject({
      Healthcheck: { Test: ['CMD', 'true'] },
      HostConfig: {
        ReadonlyRootfs: true,
        CpuShares: 512,
        Tmpfs: {
          ...{ '/tmp': `${scratch}25%`, '/var/tmp': `${scratch}10%` },
          '/run': `${scratch}64m`,
        },
      },
    });
    const { line } = printAsDockerRun(buildPlan(buildFacts({ settings: secure })));
    expect(line).toContain(` --read-only --tmpfs /tmp:${scratch}25% `);
  });

  it('takes no scratch directory where a mount of the user’s is, or is around it', () => {
    const scratchBeside = (target: string): readonly string[] => {
      const mounts = [
        { source: '/t', target, readOnly: false, kind: 'directory', gid: 0 },
      ] as const;
      const { fileSystem, prepare } = buildPlan(buildFacts({ settings: secure, mounts }));
      expect(prepare.create.filter(({ path }) => path.startsWith('/t'))).toEqual([]);
      return fileSystem.scratch.map(({ directory }) => directory);
    };
    expect(scratchBeside('/tmp')).toEqual(['/var/tmp', '/run']);
    expect(scratchBeside('/var')).toEqual(['/tmp', '/run']);
    expect(scratchBeside('/var/tmp/deep')).toEqual(['/tmp', '/var/tmp', '/run']);
  });

  it('goes with no root: nothing could be installed', () => {
    expect(() => buildPlan(buildFacts({ settings: { ...secure, root: true } }))).toThrow(
      expect.objectContaining({ code: 'AI_USAGE' }) as Error,
    );
  });

  it.each([
    [{ root: '--root', secure: '--secure' }, '--root is there to', 'with --secure nothing'],
    [
      { root: '/h/config.yaml:3', secure: '/h/config.yaml:2' },
      'root in /h/config.yaml:3 is there to',
      'with secure in /h/config.yaml:2 nothing',
    ],
  ])('says where root and itself were set: %j', (places, ...words) => {
    try {
      buildPlan(buildFacts({ settings: { ...secure, root: true, places } }));
      expect.unreachable();
    } catch (error) {
      const { problem } = (error as AiError<'AI_USAGE'>).facts;
      for (const word of words) expect(problem).toContain(word);
    }
  });

  it('says what was set looser, and nothing else', () => {
    expect(buildPlan(buildFacts({ settings: secure })).notes).toEqual([]);
    const looser = { ...secure, auth: 'share', terminal: 'raw' } as const;
    expect(buildPlan(buildFacts({ settings: looser })).notes).toEqual([
      'secure, but as you have set it: auth: share, terminal: raw',
    ]);
  });
});

describe('by default', () => {
  const engine = { memory: 10 * 1024 ** 3 };

  it('an ordinary user in our image has read-only files, scratch on disk, weak limits and a check of health', () => {
    const made = configuration({ engine });
    expect(made).toMatchObject({
      Healthcheck: { Test: ['CMD', 'true'], Interval: 300e9 },
      HostConfig: {
        ...{ ReadonlyRootfs: true, CpuShares: 1024 },
        ...{ Memory: 8 * 1024 ** 3, MemorySwap: -1 },
        Tmpfs: { '/run/lock': 'exec,nosuid,nodev,mode=1777,size=5m' },
        Mounts: expect.arrayContaining([
          { Type: 'volume', Target: '/tmp' },
          { Type: 'volume', Target: '/var/tmp' },
        ]) as object[],
      },
    });
    const { line } = printAsDockerRun(buildPlan(buildFacts({ engine })));
    expect(line).toContain(` --memory ${8 * 1024 ** 3} --memory-swap -1 --cpu-shares 1024 `);
    expect(line).toContain(' --read-only --volume /tmp --volume /var/tmp --tmpfs /run/lock:');
  });

  it.each<[string, FactsInput]>([
    ['root with --root', { settings: { root: true } }],
    ['root in a project of root’s', { host: { uid: 0 }, project: { owner: { uid: 0, gid: 0 } } }],
    ['root of a rootless Docker', { engine: { rootless: true } }],
    ['anybody on another base', { settings: { 'image.base': 'golang:1' } }],
  ])('%s has the image’s own files as before', (_, input) => {
    const { HostConfig } = configuration(input);
    for (const name of ['ReadonlyRootfs', 'Tmpfs']) expect(HostConfig).not.toHaveProperty(name);
    expect(JSON.stringify(HostConfig)).not.toContain('"volume"');
  });

  it('anybody in somebody else’s image has them, too', () => {
    const facts = buildFacts();
    const image = { ...facts.image, foreign: { start: '', relay: '' } };
    const plan = buildPlan({ ...facts, image });
    expect(plan.fileSystem.readOnly).toBe(false);
    expect(plan).not.toHaveProperty('health');
  });

  it('Podman makes no timers for a check of health', () => {
    expect(configuration({ engine: { make: 'podman' } })).not.toHaveProperty('Healthcheck');
  });
});

describe('the price of root', () => {
  it('is said at a terminal, but not where an engine of the user’s has no root to lose', () => {
    const price = /^--root: .* is root here$/;
    const notes = (rootless: boolean, stdout = true): readonly string[] =>
      buildPlan(
        buildFacts({
          settings: { root: true },
          engine: { rootless },
          terminal: { stdin: stdout, stdout },
        }),
      ).notes;
    expect(notes(false).some((note) => price.test(note))).toBe(true);
    expect(notes(true).some((note) => price.test(note))).toBe(false);
    expect(notes(false, false).some((note) => price.test(note))).toBe(false);
    expect(buildPlan(buildFacts()).notes).toEqual([]);
  });
});

describe('a safe terminal', () => {
  it('is in the plan where it is asked for', () => {
    expect(buildPlan(buildFacts({ settings: { terminal: 'safe' } })).terminal.safe).toBe(true);
    expect(buildPlan(buildFacts()).terminal).not.toHaveProperty('safe');
  });
});
