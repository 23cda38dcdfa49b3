// The mounts that hide: at every place where a hidden path is seen, and nowhere else.

import { describe, expect, it } from 'vitest';
import { AiError } from '../../../src/base/errors.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import type { MaskedPath, MaskFacts } from '../../../src/plan/mask-facts.ts';
import { listNames, maskNotes, mostMasks } from '../../../src/plan/mask.ts';
import { printAsDockerRun } from '../../../src/plan/print.ts';
import type { RunPlan } from '../../../src/plan/run-plan.ts';
import { buildFacts, type FactsInput } from '../../support/build-facts.ts';
import { oddNames, parseCsvLine } from '../../support/odd-names.ts';

const root = '/home/ann/app';

/** `a/b` is a file, `a/b/` a directory; absolute ones lie elsewhere. */
function hide(name: string, pattern = '.env'): MaskedPath {
  const bare = name.replace(/(?<=.)\/$/, '');
  const path = bare.startsWith('/') ? bare : `${root}/${bare}`;
  const kind = bare === name ? 'file' : 'directory';
  return { path, name: bare, kind, pattern, identity: name };
}

const maskOf = (...names: string[]): MaskFacts => ({
  hidden: names.map((name) => hide(name)),
  visible: { tracked: [], link: [], name: [] },
  trackedSince: [],
  linked: [],
  gitSilent: false,
  incomplete: false,
});

const factsOf = (mask: MaskFacts, input: FactsInput = {}): Facts => ({
  ...buildFacts(input),
  mask,
});

const planOf = (names: string[], input: FactsInput = {}): RunPlan =>
  buildPlan(factsOf(maskOf(...names), input));

const targets = (plan: RunPlan): string[] =>
  plan.mounts.filter(({ role }) => role === 'mask').map(({ target }) => target);

function codeOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return error instanceof AiError ? `${error.code} ${JSON.stringify(error.facts)}` : 'a bug';
  }
  return 'none';
}

const git = {
  directory: '/home/ann/main/.git/worktrees/app',
  commonDirectory: '/home/ann/main/.git',
  mainWorktree: '/home/ann/main',
  linked: true,
  relativePointers: false,
  needsNewerGit: false,
  siblings: [],
};

describe('what is hidden', () => {
  it('has something empty of the run over it, read-only', () => {
    const { mounts, prepare } = planOf(['.env', 'secrets/']);
    const run = '/home/ann/.docker-ai-config/runs/deadbeef';
    expect(mounts.filter(({ role }) => role === 'mask')).toEqual([
      {
        ...{ role: 'mask', kind: 'file', readOnly: true, reason: 'mask: .env' },
        ...{ source: `${run}/empty-file`, target: '/workspace/app/.env' },
      },
      {
        ...{ role: 'mask', kind: 'directory', readOnly: true, reason: 'mask: .env' },
        ...{ source: `${run}/empty-directory`, target: '/workspace/app/secrets' },
      },
    ]);
    expect(prepare.write).toContainEqual({ path: `${run}/empty-file`, text: '', mode: 0o444 });
    const made = prepare.create.map(({ path, kind }) => `${kind} ${path}`);
    expect(made).toContain(`directory ${run}/empty-directory`);
    // Not to make it, but to refuse a link that has come there since.
    expect(made).toContain(`file ${root}/.env`);
  });

  it('costs nothing where nothing is', () => {
    const { mounts, prepare } = planOf([]);
    expect(mounts).toEqual(buildPlan(buildFacts()).mounts);
    expect(prepare).toEqual(buildPlan(buildFacts()).prepare);
  });

  it.each<[string, string[], FactsInput, string[]]>([
    [
      'started below the root',
      ['.env', 'a/.env'],
      { project: { directory: `${root}/a` } },
      ['/workspace/.env', '/workspace/a/.env'],
    ],
    [
      'workspace: same',
      ['.env', 'a/.env'],
      { settings: { workspace: 'same' } },
      [`${root}/.env`, `${root}/a/.env`],
    ],
    ['a linked worktree', ['.env'], { project: { git } }, ['/workspace/app/.env', `${root}/.env`]],
    [
      'a mount of the project',
      ['a/.env', 'b/.env'],
      {
        mounts: [
          { source: `${root}/a`, target: '/a/', readOnly: false, kind: 'directory', gid: 1 },
        ],
      },
      ['/a/.env', '/workspace/app/a/.env', '/workspace/app/b/.env'],
    ],
    [
      'what another mount lies over',
      ['.env', 'a/.env', 'a/b/'],
      {
        mounts: [
          { source: '/x', target: '/workspace/app/a', readOnly: false, kind: 'directory', gid: 1 },
          { source: '/y', target: '/workspace/app/.env', readOnly: false, kind: 'file', gid: 1 },
        ],
      },
      [],
    ],
    [
      'what a link leads to elsewhere',
      ['/opt/lib/key', '/opt/other/key', '/opt/lib/'],
      {
        mounts: [
          { source: '/opt/lib', target: '/lib2', readOnly: true, kind: 'directory', gid: 1 },
        ],
      },
      ['/lib2/key'],
    ],
    [
      'odd names',
      oddNames.map((name) => `d/${name}`),
      {},
      oddNames.map((name) => `/workspace/app/d/${name}`),
    ],
  ])('is so for %s', (_what, names, input, expected) => {
    expect(targets(planOf(names, input)).sort()).toEqual([...expected].sort());
  });

  it('comes after what it lies on, and before what is mounted in it', () => {
    const mounts = [
      { source: '/x', target: '/workspace/app/a/in', readOnly: false, kind: 'file', gid: 1 },
    ] as const;
    const plan = planOf(['a/'], { mounts });
    const order = plan.mounts.map(({ target }) => target).filter((one) => one.startsWith('/work'));
    expect(order).toEqual(['/workspace/app', '/workspace/app/a', '/workspace/app/a/in']);
    // Its place is made in the empty directory, not in the user's.
    expect(plan.prepare.create.map(({ path }) => path)).toContain(
      '/home/ann/.docker-ai-config/runs/deadbeef/empty-directory/in',
    );
  });

  it('is not given back after a run with --root', () => {
    const { prepare } = planOf(['.env', 'a/'], { settings: { root: true } });
    expect(prepare.giveBack?.paths).toContain('/workspace/app');
    expect(prepare.giveBack?.paths.filter((path) => /\.env|\/a$/.test(path))).toEqual([]);
  });

  it('is not where the run starts', () => {
    const input = { project: { directory: `${root}/a/b` } };
    expect(codeOf(() => planOf(['a/'], input))).toMatch(/^AI_MASK_DIRECTORY .*"name":"a"/);
    expect(codeOf(() => planOf(['a/b/'], input))).toMatch(/^AI_MASK_DIRECTORY/);
    expect(codeOf(() => planOf(['a/b/c/', 'a/bb/'], input))).toBe('none');
  });

  it('is bounded, and the pattern that matches most is named', () => {
    const many = Array.from({ length: mostMasks }, (_, number) => hide(`${number}`, '*.txt'));
    const with_ = (hidden: readonly MaskedPath[], input?: FactsInput) => () =>
      buildPlan(factsOf({ ...maskOf(), hidden }, input));
    expect(codeOf(with_(many))).toBe('none');
    expect(codeOf(with_([...many, hide('.env')]))).toBe(
      'AI_MASK_TOO_MANY {"pattern":"*.txt","matches":200,"most":200}',
    );
    // Each at two places.
    expect(codeOf(with_(many.slice(0, 101), { project: { git } }))).toMatch(/^AI_MASK_TOO_MANY/);
  });
});

describe('the docker line', () => {
  const mountWords = (plan: RunPlan): string[][] => {
    const { line } = printAsDockerRun(plan);
    return [...line.matchAll(/--mount (\$?'(?:[^'\\]|\\.|'\\'')*'|\S+)/g)].map(([, word = '']) =>
      parseCsvLine(word.replace(/^'|'$/g, '')),
    );
  };

  it('hides as well', () => {
    expect(mountWords(planOf(['a b,c', 'secrets/'])).slice(1)).toEqual([
      ['type=bind', 'source=/dev/null', 'target=/workspace/app/a b,c', 'readonly'],
      ['type=tmpfs', 'target=/workspace/app/secrets', 'tmpfs-mode=0555', 'readonly'],
    ]);
  });

  it('keeps podman from copying what it covers', () => {
    const plan = planOf(['secrets/'], { engine: { make: 'podman' } });
    expect(mountWords(plan)[1]).toContain('notmpcopyup');
  });
});

describe('the notes', () => {
  const notes = (facts: Partial<MaskFacts>): readonly string[] =>
    maskNotes({ mask: { ...maskOf(), ...facts } });
  const visible = { tracked: [], link: [], name: [] };

  it('say nothing where all is hidden, or nothing was to be', () => {
    expect(notes({})).toEqual([]);
    expect(maskNotes({})).toEqual([]);
  });

  it.each<[Partial<MaskFacts>, string]>([
    [
      { visible: { ...visible, tracked: ['.env'] } },
      '.env is tracked by git, so it stays visible (masking it would commit it empty)',
    ],
    [
      { visible: { ...visible, tracked: ['a', 'b'] } },
      'a, b are tracked by git, so they stay visible (masking them would commit them empty)',
    ],
    [
      { visible: { ...visible, link: ['x'] } },
      'x is a link that mask cannot hide: what it leads to stays visible',
    ],
    [
      { visible: { ...visible, name: ['\uFFFD', '\u001b'] } },
      '\uFFFD, \\x1b are not hidden: their names are not UTF-8',
    ],
    [
      { linked: ['.env'] },
      '.env is hidden under this name, but has others (hard links), which may be visible',
    ],
    [
      { trackedSince: ['.env'] },
      '.env is hidden as before, although git tracks it now: !pattern in mask shows it',
    ],
    [
      { gitSilent: true },
      'git did not say what it tracks: all that mask matches is hidden; commit none of it',
    ],
    [
      { incomplete: true },
      'this project is too large to look for all that mask matches: what lies deepest is visible',
    ],
  ])('say of %j: %s', (facts, note) => {
    expect(notes(facts)).toEqual([note]);
    expect(buildPlan(factsOf({ ...maskOf(), ...facts })).notes).toContain(note);
  });

  it('name five', () => {
    expect(listNames(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('a, b, c, d, e and 2 more');
  });
});
