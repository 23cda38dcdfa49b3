// What containers keep for themselves: removed only where its project is gone for certain. And the places in the user's tree.

import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { AiError } from '../../../src/base/errors.ts';
import type { Mount, RunPlan } from '../../../src/plan/run-plan.ts';
import {
  keepOverlayRecord,
  leftOverlays,
  overlayRecord,
  readOverlayRecord,
  removeOverlay,
} from '../../../src/state/overlays.ts';
import { makePlaceholders, removePlaceholders } from '../../../src/state/placeholders.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let state: string;
let root: string;
let directory: string;
const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

beforeEach(() => {
  state = temporaryDirectory();
  root = path.join(temporaryDirectory(), 'disk/app');
  directory = path.join(state, 'projects/app-1/overlay/abc');
  mkdirSync(root, { recursive: true });
  mkdirSync(path.join(directory, 'node_modules/x'), { recursive: true, mode: 0o500 });
});

const planOf = (): RunPlan =>
  ({
    project: { root },
    prepare: { overlay: { directory, volumes: [], owner, reason: '' } },
  }) as unknown as RunPlan;

describe('the record', () => {
  it('says whose it is, and which volumes were given; what is known stays', () => {
    keepOverlayRecord(planOf(), { v: 'one' });
    keepOverlayRecord(planOf(), { w: 'two' });
    keepOverlayRecord(planOf());
    expect(readOverlayRecord(overlayRecord(directory))).toEqual({
      ...{ root, device: String(statSync(root).dev), volumes: { v: 'one', w: 'two' } },
    });
    expect(statSync(overlayRecord(directory)).mode & 0o777).toBe(0o600);
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '{"root":1}',
    '{"root":"/a","device":"1"}',
    '{"root":"/a","device":"1","volumes":null}',
  ])('that cannot be read, as %j, is none', (text) => {
    writeFileSync(overlayRecord(directory), text);
    expect(readOverlayRecord(overlayRecord(directory))).toBeUndefined();
    expect(leftOverlays(state, [])).toEqual([]);
    keepOverlayRecord(planOf());
    expect(readOverlayRecord(overlayRecord(directory))).toMatchObject({ root });
  });
});

describe('what is left', () => {
  const left = (plans: readonly RunPlan[] = []): string[] =>
    leftOverlays(state, plans).map((one) => one.root);

  beforeEach(() => {
    keepOverlayRecord(planOf(), { v: 'one' });
  });

  it('is what belongs to a project that is gone, and goes with its record', () => {
    expect(left()).toEqual([]);
    rmSync(root, { recursive: true });
    expect(left()).toEqual([root]);
    for (const one of leftOverlays(state, [])) removeOverlay(one);
    expect(existsSync(directory)).toBe(false);
    expect(left()).toEqual([]);
    expect(existsSync(path.dirname(directory))).toBe(true);
  });

  it('is so with the directory above gone as well', () => {
    rmSync(path.dirname(root), { recursive: true });
    expect(left()).toEqual([root]);
  });

  it('is not what a run has mounted', () => {
    rmSync(root, { recursive: true });
    expect(left([planOf()])).toEqual([]);
  });

  it('is not what lies on a disk that is not there now: another device answers in its place', () => {
    rmSync(root, { recursive: true });
    const record = { ...readOverlayRecord(overlayRecord(directory)), device: '1' };
    writeFileSync(overlayRecord(directory), JSON.stringify(record));
    expect(left()).toEqual([]);
  });

  it('is not what cannot be looked at', () => {
    renameSync(root, `${root}-2`);
    rmSync(path.dirname(root), { recursive: true });
    symlinkSync('disk', path.dirname(root));
    expect(left()).toEqual([]);
  });
});

describe('a place in the user’s tree', () => {
  const place = (): string => path.join(root, 'node_modules');
  const placeholders = (): RunPlan['prepare']['placeholders'] => [
    { path: place(), kind: 'directory', owner, overlay: true },
  ];
  const run = (id: string, over?: string): RunPlan =>
    ({
      run: { id },
      mounts: [{ source: root }, { source: '/kept', over } as unknown as Mount],
      prepare: { placeholders: placeholders() },
    }) as unknown as RunPlan;

  it('is made, and removed where it is still empty', () => {
    makePlaceholders(run('one'));
    expect(statSync(place()).isDirectory()).toBe(true);
    removePlaceholders(run('one'), [run('one', place())], new Set());
    expect(existsSync(place())).toBe(false);
    makePlaceholders(run('one'));
    writeFileSync(path.join(place(), 'x'), 'the user’s');
    removePlaceholders(run('one'), []);
    expect(readFileSync(path.join(place(), 'x'), 'utf8')).toBe('the user’s');
  });

  it('stays while another run has its own over it', () => {
    makePlaceholders(run('one'));
    removePlaceholders(run('one'), [run('two', place())], new Set([root]));
    expect(existsSync(place())).toBe(true);
    // That one has none there.
    removePlaceholders(run('one'), [run('two')], new Set([root]));
    expect(existsSync(place())).toBe(false);
  });

  it('stays while a run of another state directory has the project, which may have its own over it', () => {
    makePlaceholders(run('one'));
    removePlaceholders(run('one'), [run('one')], new Set([root]));
    expect(existsSync(place())).toBe(true);
    removePlaceholders(run('one'), [run('one')], new Set(['/elsewhere']));
    expect(existsSync(place())).toBe(false);
  });

  it('is no link', () => {
    const secret = temporaryDirectory();
    symlinkSync(secret, place());
    let refused: unknown;
    try {
      makePlaceholders(run('one'));
    } catch (error) {
      refused = error;
    }
    expect(refused).toMatchObject({ code: 'AI_MOUNT_INVALID' } satisfies Partial<AiError>);
    removePlaceholders(run('one'), []);
    expect(existsSync(secret)).toBe(true);
  });
});
