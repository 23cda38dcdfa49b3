// What `secure`, `root` and `terminal` make of a plan, of the engine's configuration, and of the pasted line.

import { describe, expect, it } from 'vitest';
import { toContainer } from '../../../src/engines/docker/to-container.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { printAsDockerRun } from '../../../src/plan/print.ts';
import { buildFacts, type FactsInput } from '../../support/build-facts.ts';

const secure = { secure: true, auth: 'lend', terminal: 'safe' } as const;
const configuration = (input: FactsInput): { HostConfig: object } =>
  toContainer(buildPlan(buildFacts(input)), { inside: '/i' }) as { HostConfig: object };

describe('secure', () => {
  it('leaves only scratch directories, where programs may run, and mounts to write to', () => {
    const made = configuration({ settings: secure });
    const scratch = 'exec,nosuid,nodev,mode=1777';
    expect(made).toMatchObject({
      Healthcheck: { Test: ['CMD', 'true'] },
      HostConfig: {
        ReadonlyRootfs: true,
        CpuShares: 512,
        Tmpfs: { '/tmp': scratch, '/run': scratch, '/var/tmp': scratch },
      },
    });
    const { line } = printAsDockerRun(buildPlan(buildFacts({ settings: secure })));
    expect(line).toContain(` --read-only --tmpfs /tmp:${scratch} `);
  });

  it('is not there by default', () => {
    const made = configuration({});
    for (const name of ['ReadonlyRootfs', 'CpuShares', 'Tmpfs'])
      expect(made.HostConfig).not.toHaveProperty(name);
    expect(made).not.toHaveProperty('Healthcheck');
  });

  it('takes no scratch directory that is a mount of the user’s', () => {
    const mounts = [
      { source: '/t', target: '/tmp', readOnly: false, kind: 'directory', gid: 0 },
    ] as const;
    const { fileSystem } = buildPlan(buildFacts({ settings: secure, mounts }));
    expect(fileSystem.scratch).toEqual(['/var/tmp', '/run']);
  });

  it('goes with no root: nothing could be installed', () => {
    expect(() => buildPlan(buildFacts({ settings: { ...secure, root: true } }))).toThrow(
      expect.objectContaining({ code: 'AI_USAGE' }) as Error,
    );
  });

  it('says what was set looser, and nothing else', () => {
    expect(buildPlan(buildFacts({ settings: secure })).notes).toEqual([]);
    const looser = { ...secure, auth: 'share', terminal: 'raw' } as const;
    expect(buildPlan(buildFacts({ settings: looser })).notes).toEqual([
      'secure, but as you have set it: auth: share, terminal: raw',
    ]);
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
