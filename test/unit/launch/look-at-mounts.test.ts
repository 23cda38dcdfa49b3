// What this machine has mounted in the project, in the facts and in the plan of a run.

import { describe, expect, it } from 'vitest';
import { lookBelowProject } from '../../../src/launch/look-at-mounts.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import { buildFacts } from '../../support/build-facts.ts';

const root = '/home/ann/app';
const below = (place: string): readonly string[] => (place === root ? [`${root}/data`] : []);
const look = (directory: string, rootless = false): Facts['nested'] =>
  lookBelowProject({ root, directory }, { rootless }, below);

describe('what is mounted in the project', () => {
  it.each([
    [root, false, false],
    [`${root}/src`, false, false],
    [`${root}/data`, false, true],
    [`${root}/data/deep`, false, true],
    [root, true, true],
  ])('started in %s, engine rootless: %j, comes along: %j', (directory, rootless, along) => {
    expect(look(directory, rootless)).toEqual({ paths: [`${root}/data`], along });
  });

  it('is nothing in most projects, and the repository elsewhere counts', () => {
    expect(
      lookBelowProject({ root: '/other', directory: '/other' }, { rootless: false }, below),
    ).toBe(undefined);
    const git = { commonDirectory: root } as NonNullable<Facts['project']['git']>;
    const project = { root: '/other', directory: '/other', git };
    expect(lookBelowProject(project, { rootless: false }, below)?.paths).toHaveLength(1);
  });
});

describe('the plan', () => {
  const planOf = (nested: Facts['nested'], mounts: Facts['mounts'] = []): readonly string[] => {
    const facts = { ...buildFacts({ mounts }), ...(nested && { nested }) };
    const plan = buildPlan({
      ...facts,
      protect: {
        ...{ left: 0, links: [], tracked: [], complete: true, isNews: false },
        paths: [{ path: `${root}/data/sub/.git/config`, kind: 'file', reason: '' }],
      },
    });
    const alone = plan.mounts.filter((mount) => mount.alone).map(({ source }) => source);
    return [...alone, ...plan.notes.filter((note) => note.includes('in the project'))];
  };

  it('mounts nothing of it, in none of the project’s mounts, and says so', () => {
    const paths = [`${root}/data/sub/x`];
    expect(planOf({ paths, along: false })).toEqual([
      ...[root, `${root}/data`, `${root}/data/sub`],
      `empty in this run: ${paths[0]}, mounted in the project on this machine; each needs a -v of its own`,
    ]);
  });

  it('says nothing of what has one', () => {
    const extra = { source: `${root}/data`, target: '/data', readOnly: false, gid: 0 };
    const nested = { paths: [`${root}/data`], along: false };
    expect(planOf(nested, [{ ...extra, kind: 'directory' }])).toEqual([root]);
  });

  it('says what comes along', () => {
    expect(planOf({ paths: [`${root}/data`], along: true })).toEqual([
      `what this machine has mounted in the project comes along: ${root}/data`,
    ]);
  });
});
