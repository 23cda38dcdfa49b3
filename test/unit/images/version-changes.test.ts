import { describe, expect, it } from 'vitest';
import type { NpmPackage } from '../../../src/assistants/assistant.ts';
import { claude } from '../../../src/assistants/claude.ts';
import { pinnedVersion } from '../../../src/assistants/pins.ts';
import {
  judgeUpdate,
  knownVersions,
  switchFrom,
  switchTo,
  unpin,
  wayBack,
} from '../../../src/images/version-changes.ts';
import { chosenVersion, type Versions } from '../../../src/images/versions.ts';

const program: NpmPackage = claude.package;
const release = pinnedVersion(program);
const none: Versions = { assistants: {}, bases: {} };
const update = (versions: Versions, ...all: string[]): Versions =>
  all.reduce(
    (before, version) =>
      switchTo(before, program, { version, lock: `${version}.json` }, { pinned: false }),
    versions,
  );
const kept = (versions: Versions): string[] =>
  (versions.assistants['claude']?.kept ?? []).map(({ version }) => version);

describe('an update', () => {
  it.each([
    ['newer', '999.0.0', none],
    ['current', release, none],
    ['current', '0.0.1', none],
    ['current', '999.0.0', update(none, '999.0.0')],
    ['newer', '999.0.1', update(none, '999.0.0')],
    ['pinned', '999.0.1', switchTo(none, program, { version: '1.0.0' }, { pinned: true })],
  ] as const)('is %s with %s', (what, newest, versions) => {
    expect(judgeUpdate(program, versions, { newest })).toMatchObject({ what, newest });
  });

  it('leaves a version of the user’s settings to the user, whatever was chosen before', () => {
    const own = { ...program, version: '1.2.3' };
    const versions = update(none, '999.0.0');
    expect(judgeUpdate(own, versions, { newest: '999.0.1' })).toEqual({
      ...{ what: 'set', here: '1.2.3', newest: '999.0.1' },
    });
  });

  it('keeps what was there before, each once, the last one first, and three at most', () => {
    const twice = update(none, '901.0.0', '902.0.0');
    expect(kept(twice)).toEqual(['901.0.0', release]);
    expect(kept(update(twice, '903.0.0', '904.0.0'))).toEqual(['903.0.0', '902.0.0', '901.0.0']);
    expect(kept(update(twice, '901.0.0'))).toEqual(['902.0.0', release]);
    expect(twice.assistants['claude']?.kept[0]).toEqual({
      version: '901.0.0',
      lock: '901.0.0.json',
    });
  });

  it('leaves what is chosen for others and the bases as they are', () => {
    const before: Versions = { assistants: { codex: { kept: [] } }, bases: { 'node:24': 'x' } };
    expect(update(before, '999.0.0')).toMatchObject(before);
  });
});

it('an update takes nothing back that was chosen while it went on', () => {
  const next = { version: '903.0.0' };
  const here = '902.0.0';
  const before = update(none, '901.0.0', here);
  expect(chosenVersion(program, switchFrom(before, program, here, next)).version).toBe('903.0.0');
  for (const meanwhile of [
    switchTo(before, program, { version: here }, { pinned: true }),
    switchTo(before, program, { version: '901.0.0' }, { pinned: true }),
    update(before, '904.0.0'),
  ])
    expect(switchFrom(meanwhile, program, here, next)).toBe(meanwhile);
});

describe('the way back', () => {
  const versions = update(none, '901.0.0', '902.0.0');

  it('leads to the last one, or to one that is named and kept', () => {
    expect(wayBack(versions, program)).toMatchObject({ to: { version: '901.0.0' } });
    expect(wayBack(versions, program, release)).toMatchObject({ to: { version: release } });
    expect(wayBack(versions, program, '5.0.0')).toEqual({ have: ['901.0.0', release] });
    expect(wayBack(none, program)).toEqual({ have: [] });
  });

  it('stays where it leads until it is unpinned, and then a newer release counts again', () => {
    const back = switchTo(versions, program, { version: '0.0.1' }, { pinned: true });
    expect(chosenVersion(program, back)).toMatchObject({ version: '0.0.1', by: 'pin' });
    expect(chosenVersion(program, unpin(back, program)).version).toBe(release);
    expect(kept(unpin(back, program))).toEqual(kept(back));
  });

  it('leads further back each time, and forth again where that is said', () => {
    const back = switchTo(versions, program, { version: '901.0.0' }, { pinned: true });
    expect(wayBack(back, program)).toMatchObject({ to: { version: release } });
    expect(wayBack(back, program, '902.0.0')).toMatchObject({ to: { version: '902.0.0' } });
    const end = switchTo(back, program, { version: release }, { pinned: true });
    expect(wayBack(end, program)).toEqual({ have: ['901.0.0', '902.0.0'] });
  });
});

it('knows what is here, what is kept and what the release brings', () => {
  const versions = update(none, '901.0.0', '902.0.0');
  expect(knownVersions(versions, program).map(({ version }) => version)).toEqual([
    ...['902.0.0', '901.0.0', release, release],
  ]);
});
