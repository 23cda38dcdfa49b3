// What a look at a project finds for `overlay`: nothing where it is off, and by the engine directories of the state or volumes.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { lookForOverlay } from '../../../src/launch/look-overlay.ts';
import type { OverlayFacts } from '../../../src/plan/overlay-facts.ts';
import { overlaySource } from '../../../src/plan/overlay.ts';
import { overlayDirectory } from '../../../src/plan/places.ts';
import { planVersion } from '../../../src/plan/run-plan.ts';
import { overlayRecord } from '../../../src/state/overlays.ts';
import { buildFacts, type FactsInput } from '../../support/build-facts.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let root: string;
let state: string;
beforeEach(() => {
  [root, state] = [temporaryDirectory(), temporaryDirectory()];
  writeFileSync(path.join(root, 'package.json'), '{}');
});

const linux = { platform: 'linux', architecture: 'x64' } as const;
const mac = { platform: 'darwin', architecture: 'arm64' } as const;

const look = (
  overlay: readonly string[] | undefined,
  input: FactsInput = {},
  host: typeof linux | typeof mac = linux,
): Promise<OverlayFacts | undefined> =>
  lookForOverlay(
    { environment: {} },
    buildFacts({
      ...{ settings: { overlay }, project: { root, directory: root, id: 'app-1' } },
      ...{ state: { directory: state, writable: state } },
      ...input,
    }),
    host,
  );

describe('the look', () => {
  it('finds nothing where it is off', async () => {
    expect(await look(undefined)).toBeUndefined();
    expect(await look(['off'])).toBeUndefined();
    expect(await look(['off'], {}, mac)).toBeUndefined();
  });

  it('is on by itself where the systems differ', async () => {
    const [one] = (await look(undefined, {}, mac))?.places ?? [];
    expect(one).toMatchObject({
      ...{ relative: 'node_modules', isMade: true, isNew: true },
      reason: 'this machine runs macOS, the container Linux',
    });
  });

  it('knows what is kept already, by the worktree', async () => {
    const { key = '' } = (await look(['node_modules'])) ?? {};
    const relative = 'node_modules';
    mkdirSync(overlaySource(state, { project: 'app-1', key, relative }), { recursive: true });
    expect((await look(['node_modules']))?.places).toMatchObject([{ isNew: false }]);
    const other = temporaryDirectory();
    writeFileSync(path.join(other, 'package.json'), '{}');
    const project = { root: other, directory: other, id: 'app-1' };
    expect((await look(['node_modules'], { project }))?.places).toMatchObject([{ isNew: true }]);
  });

  it('takes volumes where the engine shares files only, another for each place, user and worktree', async () => {
    const engine = { sharesSockets: false };
    const volumeOf = async (names: string[], more: FactsInput = {}): Promise<unknown> =>
      (await look(names, { engine, ...more }))?.places[0]?.volume;
    const own = { directory: state, writable: state, owner: 'x' };
    const other = { root: state, directory: state, id: 'app-1' };
    const found = [
      await volumeOf(['node_modules']),
      await volumeOf(['./dist']),
      await volumeOf(['node_modules'], { state: own }),
      await volumeOf(['./node_modules'], { project: other }),
    ];
    for (const name of found) expect(name).toMatch(/^ai-overlay-[0-9a-f]{24}$/);
    expect(new Set(found).size).toBe(4);
    expect(await volumeOf(['node_modules'])).toBe(found[0]);
    const facts = await look(['node_modules'], { engine });
    const file = overlayRecord(overlayDirectory(state, 'app-1', facts?.key ?? ''));
    mkdirSync(path.dirname(file), { recursive: true });
    const volumes = { [String(found[0])]: 'run' };
    writeFileSync(file, JSON.stringify({ root, device: '1', volumes }));
    expect((await look(['node_modules'], { engine }))?.places).toMatchObject([{ isNew: false }]);
  });

  it('makes what is missing, and an empty directory that another run has made', async () => {
    const place = path.join(root, 'node_modules');
    mkdirSync(place);
    expect((await look(['node_modules']))?.places).toMatchObject([{ isMade: false }]);
    mkdirSync(path.join(state, 'runs/x'), { recursive: true });
    const prepare = { placeholders: [{ path: place, kind: 'directory', overlay: true }] };
    const plan = {
      version: planVersion,
      labels: { 'ai.owner': 'o' },
      run: { id: 'x' },
      mounts: [],
      prepare,
    };
    writeFileSync(
      path.join(state, 'runs/x/plan.json'),
      JSON.stringify({ launcher: { pid: 1 }, endpoint: '', plan }),
    );
    expect((await look(['node_modules']))?.places).toMatchObject([{ isMade: true }]);
    writeFileSync(path.join(place, 'x'), '');
    expect((await look(['node_modules']))?.places).toMatchObject([{ isMade: false }]);
  });
});
