// Directories of the project of which the container has its own, so that what is built for one system does not meet the other. Pure.

import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { path } from '../base/path.ts';
import { isInside } from '../base/paths.ts';
import { usualOverlays, overlayOff } from '../settings/overlay.ts';
import type { EngineFacts, Facts } from './facts.ts';
import { listNames, placesOf } from './mask.ts';
import type { OverlayLeft, OverlayPlace } from './overlay-facts.ts';
import { overlayDirectory } from './places.ts';
import type { Mount, Owner, Prepare } from './run-plan.ts';
import type { UserPlan } from './user.ts';

/** The engine takes more, at half a millisecond each. */
export const mostOverlays = 200;

export interface WantedOverlays {
  names: readonly string[];
  reason: string;
  /** Nobody has asked: then only what is surely such a directory counts. */
  byDefault: boolean;
}

/**
 * Where nobody has said, it is on where the host's programs do not run in the container, and the other way round.
 * @param set the setting `overlay`
 * @returns undefined where there is nothing to look for
 */
export function wantedOverlays(
  set: readonly string[] | undefined,
  host: { platform: NodeJS.Platform; architecture: string },
  engine: Pick<EngineFacts, 'architecture'>,
): WantedOverlays | undefined {
  const ofSystems = reasonOfSystems(host, engine);
  const isOff = set?.[0] === overlayOff;
  const asked = isOff ? set.slice(1) : (set ?? []);
  const usual = isOff || ofSystems === undefined ? [] : usualOverlays;
  const names = [...new Set([...usual, ...asked])];
  if (names.length === 0) return undefined;
  return {
    names,
    reason: asked.length > 0 ? 'setting overlay' : (ofSystems ?? ''),
    byDefault: asked.length === 0,
  };
}

function reasonOfSystems(
  { platform, architecture }: { platform: NodeJS.Platform; architecture: string },
  engine: Pick<EngineFacts, 'architecture'>,
): string | undefined {
  if (platform !== 'linux')
    return `this machine runs ${titles[platform] ?? platform}, the container Linux`;
  const inside = engine.architecture && architectures[engine.architecture];
  return inside === undefined || inside === architecture
    ? undefined
    : `this machine is ${architecture}, the container ${inside}`;
}

const titles: Partial<Record<NodeJS.Platform, string>> = { darwin: 'macOS', win32: 'Windows' };

/** As engines say it (`uname -m`, or Go's names) -> as node does. */
const architectures: Partial<Record<string, string>> = {
  ...{ x86_64: 'x64', amd64: 'x64', aarch64: 'arm64', arm64: 'arm64' },
};

/** Where the container's own is kept on a host whose engine mounts it natively. */
export const overlaySource = (
  stateDirectory: string,
  { project, key, relative }: { project: string; key: string; relative: string },
): string => path.join(overlayDirectory(stateDirectory, project, key), escaped(relative));

/** Bytes. File systems take 255 in a name. */
const longestName = 200;

/** The path as one name. */
function escaped(relative: string): string {
  const name = relative.replaceAll(/[%/]/g, encodeURIComponent);
  return Buffer.byteLength(name) <= longestName
    ? name
    : `%${createHash('sha256').update(relative).digest('hex')}`;
}

/**
 * A mount over every place where such a directory is seen, unless another mount lies over it there, or what it lies in is hidden.
 * @param mounts all others, ordered
 */
export function planOverlay(
  facts: Pick<Facts, 'overlay' | 'mask' | 'project' | 'state'>,
  mounts: readonly Mount[],
): readonly Mount[] {
  const { overlay, mask, project, state } = facts;
  if (overlay === undefined) return [];
  const isHidden = ({ path: place }: OverlayPlace): boolean =>
    mask?.hidden.some((hidden) => isInside(place, hidden.path)) === true;
  return overlay.places
    .filter((place) => !isHidden(place))
    .flatMap((place) => {
      const { relative, volume, reason } = place;
      const { key } = overlay;
      const source =
        volume ?? overlaySource(state.writable, { project: project.id, key, relative });
      return placesOf(place, mounts).map((target) => ({
        ...{
          role: 'overlay' as const,
          source,
          ...(volume !== undefined && { volume: true as const }),
        },
        ...{ target, kind: 'directory' as const, readOnly: false, over: place.path },
        reason: `overlay: the container’s own, kept for the next run (${reason})`,
      }));
    })
    .slice(0, mostOverlays);
}

/** What has to be there for these mounts, and in the user's tree below them. */
export function prepareOverlay(
  { overlay, project, state, engine }: Pick<Facts, 'overlay' | 'project' | 'state' | 'engine'>,
  mounts: readonly Mount[],
  { owner, who }: { owner: Owner; who: Pick<UserPlan, 'owner'> },
): Pick<Prepare, 'create' | 'overlay'> & { placeholders: NonNullable<Prepare['placeholders']> } {
  const own = mounts.filter(({ role }) => role === 'overlay');
  if (overlay === undefined || own.length === 0) return { create: [], placeholders: [] };
  const directory = overlayDirectory(state.writable, project.id, overlay.key);
  const make = (place: string, mode: number): Prepare['create'][number] => ({
    ...{ path: place, kind: 'directory', mode, owner, below: state.writable },
    reason: 'what the container keeps for itself of the project',
  });
  const sources = new Set(own.filter(({ volume }) => !volume).map(({ source }) => source));
  const volumes = new Map(
    own.flatMap(({ volume, source, target }) => (volume ? [[source, target]] : [])),
  );
  const made = new Set(own.map(({ over }) => over));
  return {
    create: [make(directory, 0o700), ...[...sources].map((source) => make(source, 0o755))],
    placeholders: overlay.places
      .filter((place) => place.isMade && made.has(place.path))
      .map((place) => ({ path: place.path, kind: 'directory', owner: who.owner, overlay: true })),
    overlay: {
      directory,
      volumes: [...volumes].map(([name, target]) => ({ name, target })),
      // Root inside a rootless Docker is the user already.
      owner: engine.rootless && engine.make === 'docker' ? { uid: 0, gid: 0 } : who.owner,
      reason: 'so that ai clean knows whose they are',
    },
  };
}

const becauseOf: Record<OverlayLeft, string> = {
  link: 'a link stands there',
  file: 'a file stands there',
  tracked: 'git tracks what is in it',
  silent: 'git does not say whether it tracks what is in it',
  directory: 'the run starts in it',
  parent: 'what it would be in is not there',
};

/** What is the container's own for the first time, and what the user may take for that and is not. */
export function overlayNotes(
  { overlay }: Pick<Facts, 'overlay'>,
  mounts: readonly Mount[],
): readonly string[] {
  if (overlay === undefined) return [];
  const { places, left, install, incomplete } = overlay;
  const isPlanned = ({ path: place }: OverlayPlace): boolean =>
    mounts.some(({ over }) => over === place);
  const fresh = places.filter((place) => place.isNew && isPlanned(place)).map(nameOf);
  const some = mounts.filter(({ role }) => role === 'overlay').length;
  const more = some < mostOverlays ? 0 : places.filter((place) => !isPlanned(place)).length;
  const toRun = fresh.some((name) => path.basename(name) === 'node_modules');
  return [
    ...(fresh.length === 0
      ? []
      : [
          `${listNames(fresh)}: the container has its own, empty at first${toRun ? `: run ${install} inside` : ''}`,
        ]),
    ...Object.entries(becauseOf).flatMap(([kind, why]) => {
      const names = left[kind as OverlayLeft];
      return names.length === 0 ? [] : [`no overlay over ${listNames(names)}: ${why}`];
    }),
    ...(more === 0
      ? []
      : [`${more} more are too many to overlay: there a run sees this machine’s own`]),
    ...(incomplete
      ? [
          'not all of the project could be looked at for what overlay names: some of it may be this machine’s own',
        ]
      : []),
  ];
}

const nameOf = ({ relative }: OverlayPlace): string => relative;
