// Which directories the container has for itself: by the systems, by what is asked; the mounts, what is made for them, what is said.

import { describe, expect, it } from 'vitest';
import { toContainer } from '../../../src/engines/docker/to-container.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import type { OverlayFacts, OverlayPlace } from '../../../src/plan/overlay-facts.ts';
import {
  mostOverlays,
  overlayNotes,
  overlaySource,
  wantedOverlays,
} from '../../../src/plan/overlay.ts';
import { printAsDockerRun } from '../../../src/plan/print.ts';
import type { RunPlan } from '../../../src/plan/run-plan.ts';
import { buildFacts, plainRequest, type FactsInput } from '../../support/build-facts.ts';
import { oddNames } from '../../support/odd-names.ts';

const usual = ['node_modules', '.venv', 'target'];
const linux = { platform: 'linux', architecture: 'x64' } as const;
const mac = { platform: 'darwin', architecture: 'arm64' } as const;

describe('what is wanted', () => {
  it.each<
    [string, readonly string[] | undefined, typeof linux | typeof mac, object, readonly string[]]
  >([
    ['nothing on Linux', undefined, linux, {}, []],
    ['the usual ones on a Mac', undefined, mac, {}, usual],
    ['no architecture is known', undefined, linux, { architecture: 'vax' }, []],
    ['the same architecture in other words', undefined, linux, { architecture: 'x86_64' }, []],
    ['another architecture', undefined, linux, { architecture: 'aarch64' }, usual],
    ['another architecture, as Podman says it', undefined, linux, { architecture: 'arm64' }, usual],
    ['off on a Mac', ['off'], mac, {}, []],
    ['off, and one', ['off', 'dist'], mac, {}, ['dist']],
    ['one more on a Mac', ['dist', 'target'], mac, {}, [...usual, 'dist']],
    ['asked for on Linux', ['target'], linux, {}, ['target']],
  ])('%s', (_what, set, host, engine, names) => {
    expect(wantedOverlays(set, host, engine)?.names ?? []).toEqual(names);
  });

  it('has its reason', () => {
    expect(wantedOverlays(undefined, mac, {})).toMatchObject({
      ...{ byDefault: true, reason: 'this machine runs macOS, the container Linux' },
    });
    expect(wantedOverlays(undefined, linux, { architecture: 'aarch64' })?.reason).toBe(
      'this machine is x64, the container arm64',
    );
    expect(wantedOverlays(['a'], mac, {})).toMatchObject({
      ...{ byDefault: false, reason: 'setting overlay' },
    });
  });
});

const root = '/home/ann/app';
const state = '/home/ann/.docker-ai-config';
const kept = `${state}/projects/app-0123456789ab/overlay/abc`;

const place = (relative: string, more: Partial<OverlayPlace> = {}): OverlayPlace => ({
  ...{ relative, path: `${root}/${relative}`, reason: 'why', isMade: false, isNew: false },
  ...more,
});
const none = { link: [], file: [], tracked: [], silent: [], directory: [], parent: [] };
const overlayOf = (places: readonly OverlayPlace[], more: Partial<OverlayFacts> = {}) => ({
  ...{ places, key: 'abc', left: none, install: 'npm ci', incomplete: false },
  ...more,
});

const planOf = (
  places: readonly OverlayPlace[],
  input: FactsInput = {},
  more: Partial<Facts> = {},
): RunPlan => buildPlan({ ...buildFacts(input), overlay: overlayOf(places), ...more });

const targets = (plan: RunPlan): string[] =>
  plan.mounts.filter(({ role }) => role === 'overlay').map(({ target }) => target);

describe('the mounts', () => {
  it('lead to a place in the state that only this worktree has, made as the user', () => {
    const { mounts, prepare } = planOf([place('node_modules'), place('a/b/node_modules')]);
    expect(mounts.filter(({ role }) => role === 'overlay')).toEqual([
      {
        ...{ role: 'overlay', kind: 'directory', readOnly: false, over: `${root}/node_modules` },
        ...{ source: `${kept}/node_modules`, target: '/workspace/app/node_modules' },
        reason: 'overlay: the container’s own, kept for the next run (why)',
      },
      expect.objectContaining({
        source: `${kept}/a%2Fb%2Fnode_modules`,
        target: '/workspace/app/a/b/node_modules',
      }),
    ]);
    const ann: unknown = expect.objectContaining({ uid: 1000, gid: 1000 });
    expect(prepare.create).toContainEqual(
      expect.objectContaining({ path: kept, mode: 0o700, owner: ann, below: state }),
    );
    expect(prepare.create).toContainEqual(
      expect.objectContaining({ path: `${kept}/node_modules`, mode: 0o755, owner: ann }),
    );
    expect(prepare.overlay).toMatchObject({ directory: kept, volumes: [] });
    expect(prepare.placeholders).toBeUndefined();
  });

  it('cost nothing where nothing is', () => {
    expect(planOf([])).toEqual(buildPlan(buildFacts()));
  });

  it('have names of their own, however long and odd they are', () => {
    const names = [...oddNames, 'a/b', 'a%2Fb', 'x'.repeat(300), `${'x'.repeat(299)}y`];
    const sources = names.map((relative) =>
      overlaySource('/s', { project: 'p', key: 'k', relative }),
    );
    expect(new Set(sources).size).toBe(names.length);
    for (const source of sources) {
      const name = source.slice('/s/projects/p/overlay/k/'.length);
      expect(name).not.toContain('/');
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    }
  });

  it.each<[string, FactsInput, string[]]>([
    [
      'started below the root',
      { project: { directory: `${root}/a` } },
      ['/workspace/node_modules'],
    ],
    ['workspace: same', { settings: { workspace: 'same' } }, [`${root}/node_modules`]],
    [
      'a mount of a part of the project',
      { mounts: [{ source: root, target: '/again', readOnly: false, kind: 'directory', gid: 1 }] },
      ['/again/node_modules', '/workspace/app/node_modules'],
    ],
    [
      'a mount of the user’s at that very place',
      {
        mounts: [
          {
            source: '/x',
            target: '/workspace/app/node_modules',
            readOnly: false,
            kind: 'directory',
            gid: 1,
          },
        ],
      },
      [],
    ],
  ])('are so for %s', (_what, input, expected) => {
    expect(targets(planOf([place('node_modules')], input)).sort()).toEqual(expected);
  });

  it('come before what is mounted in them, whose place is made in the container’s own', () => {
    const mounts = [
      {
        source: '/x',
        target: '/workspace/app/node_modules/in',
        readOnly: false,
        kind: 'file',
        gid: 1,
      },
    ] as const;
    const { mounts: all, prepare } = planOf([place('node_modules')], { mounts });
    const order = all.map(({ target }) => target).filter((target) => target.startsWith('/work'));
    expect(order).toEqual([
      '/workspace/app',
      ...['', '/in'].map((one) => `/workspace/app/node_modules${one}`),
    ]);
    expect(prepare.create.map((one) => one.path)).toContain(`${kept}/node_modules/in`);
    // In a volume the engine makes it.
    const volume = planOf([place('node_modules', { volume: 'v' })], { mounts });
    expect(volume.prepare.create.map((one) => one.path)).not.toContainEqual(
      expect.stringMatching(/(^v|node_modules)\/in$/),
    );
  });

  it('never lie on what mask hides; what mask hides in them is not there anyway', () => {
    const hide = (name: string, kind: 'file' | 'directory') => ({
      ...{ path: `${root}/${name}`, name, kind, pattern: name, identity: name },
    });
    const mask = {
      hidden: [hide('secret', 'directory'), hide('node_modules/.env', 'file')],
      visible: { tracked: [], link: [], name: [] },
      ...{ trackedSince: [], linked: [], gitSilent: false, incomplete: false },
    };
    const plan = planOf([place('secret/node_modules'), place('node_modules')], {}, { mask });
    expect(targets(plan)).toEqual(['/workspace/app/node_modules']);
    expect(plan.mounts.filter(({ role }) => role === 'mask').map(({ target }) => target)).toEqual([
      '/workspace/app/secret',
    ]);
  });

  it('lie over what protect holds in place, and nothing in them is protected', () => {
    const paths = ['a/.git/config', 'node_modules/x/.git/config'].map((name) => ({
      ...{ path: `${root}/${name}`, kind: 'file' as const, reason: 'test' },
    }));
    const protect = { paths, left: 0, links: [], tracked: [], complete: true, isNews: false };
    const plan = planOf([place('node_modules'), place('a/node_modules')], {}, { protect });
    const order = plan.mounts.map(
      ({ role, target }) => `${role} ${target.replace('/workspace/app', '')}`,
    );
    expect(order.indexOf('overlay /a/node_modules')).toBeGreaterThan(order.indexOf('protect /a'));
    expect(order).toContain('protect /a/.git/config');
    expect(order.filter((one) => one.includes('/node_modules/'))).toEqual([]);
  });

  it('are not there for a question apart from the project', () => {
    const request = {
      ...plainRequest,
      apart: true as const,
      prompt: { text: 'x', headless: true },
    };
    const facts = { ...buildFacts({ request }), overlay: overlayOf([place('node_modules')]) };
    expect(targets(buildPlan(facts))).toEqual([]);
  });

  it('are bounded, and the rest is said', () => {
    const places = Array.from({ length: mostOverlays + 3 }, (_, number) => place(`p${number}/t`));
    const plan = planOf(places);
    expect(targets(plan)).toHaveLength(mostOverlays);
    expect(plan.notes).toContain(
      '3 more are too many to overlay: there a run sees this machine’s own',
    );
    expect(planOf(places.slice(0, mostOverlays)).notes.join()).not.toContain('too many');
  });

  it('are given back after a run with --root', () => {
    const { prepare } = planOf([place('node_modules')], { settings: { root: true } });
    expect(prepare.giveBack?.paths).toContain('/workspace/app/node_modules');
  });
});

describe('what is made in the user’s tree', () => {
  it('is what is not there, as the user, and is taken away again', () => {
    const { prepare } = planOf([place('a/x', { isMade: true }), place('b/x')]);
    expect(prepare.placeholders).toEqual([
      { path: `${root}/a/x`, kind: 'directory', owner: { uid: 1000, gid: 1000 }, overlay: true },
    ]);
  });
});

describe('a volume', () => {
  const volume = place('node_modules', { volume: 'ai-overlay-1' });

  it('is the engine’s, labelled, without anything of the image, and in no directory of ours', () => {
    const plan = planOf([volume], { engine: { sharesSockets: false } });
    const { HostConfig } = toContainer(plan, { inside: '/in' }) as {
      HostConfig: { Mounts: readonly { Type: string }[] };
    };
    expect(HostConfig.Mounts.filter(({ Type }) => Type === 'volume')).toContainEqual({
      ...{ Type: 'volume', Source: 'ai-overlay-1', Target: '/workspace/app/node_modules' },
      VolumeOptions: {
        NoCopy: true,
        Labels: { 'ai.owner': 'feedfacefeedface', 'ai.project': root, 'ai.run': 'deadbeef' },
      },
    });
    expect(plan.prepare.create.map(({ path }) => path)).not.toContain('ai-overlay-1');
    expect(plan.prepare.overlay).toMatchObject({
      volumes: [{ name: 'ai-overlay-1', target: '/workspace/app/node_modules' }],
      owner: { uid: 1000, gid: 1000 },
    });
  });

  it('is one, at however many places it is seen', () => {
    const mounts = [
      { source: root, target: '/again', readOnly: false, kind: 'directory', gid: 1 },
    ] as const;
    expect(planOf([volume], { mounts }).prepare.overlay?.volumes).toHaveLength(1);
  });

  it('stays root’s where that is the user: in a rootless Docker', () => {
    const ownerIn = (make: 'docker' | 'podman'): unknown =>
      planOf([volume], { engine: { make, rootless: true } }).prepare.overlay?.owner;
    expect(ownerIn('docker')).toEqual({ uid: 0, gid: 0 });
    expect(ownerIn('podman')).toEqual({ uid: 1000, gid: 1000 });
  });
});

describe('the docker line', () => {
  it('has something empty there, and makes nothing in the user’s tree', () => {
    const { line, leftOut } = printAsDockerRun(
      planOf([place('a b'), place('made', { isMade: true })]),
    );
    expect(line).toContain("--mount 'type=tmpfs,target=/workspace/app/a b,tmpfs-mode=1777'");
    expect(line).not.toContain('/workspace/app/made');
    expect(line).not.toContain(kept);
    expect(leftOut).toContain('what the container keeps for itself (overlay is empty)');
    expect(leftOut.join()).not.toContain('.git');
  });
});

describe('the notes', () => {
  const notes = (
    places: readonly OverlayPlace[],
    more: Partial<OverlayFacts> = {},
  ): readonly string[] => {
    const overlay = overlayOf(places, more);
    return overlayNotes({ overlay }, buildPlan({ ...buildFacts(), overlay }).mounts);
  };
  const fresh = { isNew: true };

  it('say once that it is empty, and what fills it', () => {
    expect(notes([place('node_modules')])).toEqual([]);
    expect(notes([place('target', fresh)])).toEqual([
      'target: the container has its own, empty at first',
    ]);
    expect(notes([place('target', fresh), place('a/node_modules', fresh)])).toEqual([
      'target, a/node_modules: the container has its own, empty at first: run npm ci inside',
    ]);
    expect(notes([place('node_modules', fresh)], { install: 'pnpm install' })[0]).toContain(
      'run pnpm install inside',
    );
  });

  it.each<[Partial<OverlayFacts>, string]>([
    [{ left: { ...none, link: ['a'] } }, 'no overlay over a: a link stands there'],
    [{ left: { ...none, file: ['a', 'b'] } }, 'no overlay over a, b: a file stands there'],
    [{ left: { ...none, tracked: ['\u001b'] } }, 'no overlay over \\x1b: git tracks what is in it'],
    [
      { left: { ...none, silent: ['a'] } },
      'no overlay over a: git does not say whether it tracks what is in it',
    ],
    [{ left: { ...none, directory: ['a'] } }, 'no overlay over a: the run starts in it'],
    [
      { left: { ...none, parent: ['a/b'] } },
      'no overlay over a/b: what it would be in is not there',
    ],
    [
      { incomplete: true },
      'not all of the project could be looked at for what overlay names: some of it may be this machine’s own',
    ],
  ])('say of %j: %s', (more, note) => {
    expect(notes([], more)).toEqual([note]);
  });
});
