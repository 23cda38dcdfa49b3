// What becomes of versions.json: an update, a pin, the way back. Pure.

import type { NpmPackage } from '../assistants/assistant.ts';
import { pinnedVersion } from '../assistants/pins.ts';
import { compareVersions } from '../base/version-order.ts';
import type { Published } from './published.ts';
import {
  chosenVersion,
  type AssistantVersions,
  type PackageVersion,
  type Versions,
} from './versions.ts';

/** How many earlier versions are kept, to go back to. */
export const mostKept = 3;

/** What an update has to do with an assistant: `set` is a version of the user’s settings, `pinned` one of `ai image pin`. */
export interface Verdict {
  what: 'newer' | 'current' | 'pinned' | 'set';
  here: string;
  newest: string;
}

export function judgeUpdate(
  program: NpmPackage,
  versions: Versions,
  { newest }: Pick<Published, 'newest'>,
): Verdict {
  const { version: here, by } = chosenVersion(program, versions);
  const isNewer = compareVersions(newest, here) > 0;
  const usual = isNewer ? 'newer' : 'current';
  return {
    what: program.version !== undefined ? 'set' : by === 'pin' ? 'pinned' : usual,
    here,
    newest,
  };
}

/** From now on this one; the one of before is kept. */
export function switchTo(
  versions: Versions,
  program: NpmPackage,
  next: PackageVersion,
  { pinned }: { pinned: boolean },
): Versions {
  const { version, lock } = chosenVersion(program, versions);
  const before: PackageVersion = { version, ...(lock !== undefined && { lock }) };
  const kept = [before, ...keptOf(versions, program)].filter(
    (one, index, all) =>
      one.version !== next.version &&
      all.findIndex(({ version: same }) => same === one.version) === index,
  );
  return withEntry(versions, program, {
    current: next,
    ...(pinned && { pinned }),
    kept: kept.slice(0, mostKept),
  });
}

/**
 * What an update does in the end: it may have taken minutes, and who has pinned, gone back or updated meanwhile is right.
 * @param here the version that the update began with
 */
export function switchFrom(
  versions: Versions,
  program: NpmPackage,
  here: string,
  next: PackageVersion,
): Versions {
  const { version, by } = chosenVersion(program, versions);
  return version === here && by !== 'pin'
    ? switchTo(versions, program, next, { pinned: false })
    : versions;
}

/** The version stays, but a newer one of a release or of an update counts again. */
export function unpin(versions: Versions, program: NpmPackage): Versions {
  const { current, kept = [] } = versions.assistants[program.name] ?? {};
  return withEntry(versions, program, { ...(current && { current }), kept });
}

export type WayBack = { to: PackageVersion } | { have: readonly string[] };

/**
 * The version that `ai image rollback` goes to: the named one where it is kept, or the newest kept one that is older than what is here.
 * The last one kept would be, the second time, the very one that was gone back from.
 */
export function wayBack(versions: Versions, program: NpmPackage, named?: string): WayBack {
  const here = chosenVersion(program, versions).version;
  const kept = keptOf(versions, program).filter(({ version }) => version !== here);
  const [older] = kept
    .filter(({ version }) => compareVersions(version, here) < 0)
    .sort((one, other) => compareVersions(other.version, one.version));
  const to = named === undefined ? older : kept.find(({ version }) => version === named);
  return to ? { to } : { have: kept.map(({ version }) => version) };
}

/** The versions that can be had without asking anybody: what is here, what is kept, what this release brings. */
export function knownVersions(versions: Versions, program: NpmPackage): readonly PackageVersion[] {
  const { current, kept = [] } = versions.assistants[program.name] ?? {};
  return [...(current ? [current] : []), ...kept, { version: pinnedVersion(program) }];
}

export const keptOf = (
  { assistants }: Versions,
  { name }: Pick<NpmPackage, 'name'>,
): readonly PackageVersion[] => assistants[name]?.kept ?? [];

const withEntry = (
  versions: Versions,
  { name }: NpmPackage,
  entry: AssistantVersions,
): Versions => ({ ...versions, assistants: { ...versions.assistants, [name]: entry } });
