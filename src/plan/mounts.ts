// All mounts of a run in one list, and what has to exist on the host before the engine may touch it. Pure.

import { AiError } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { isBelow, isInside } from '../base/paths.ts';
import { showOnOneLine } from '../base/quote.ts';
import type { ExtraMountFacts, Facts } from './facts.ts';
import { home, runDirectory, socketDirectory, startCommand, systemCaFile } from './inside.ts';
import { listNames } from './mask.ts';
import type { Mount, Owner, Prepare } from './run-plan.ts';

export function extraMounts(mounts: readonly ExtraMountFacts[]): readonly Mount[] {
  return mounts.map(({ source, target, readOnly, kind, nested = [] }) => ({
    role: 'extra',
    source,
    target,
    kind,
    readOnly,
    ...(nested.length > 0 && { alone: true as const }),
    reason: 'setting mounts',
  }));
}

/** What a user may expect to come along with a mount, and does not. */
export const extraMountNotes = (mounts: readonly ExtraMountFacts[]): readonly string[] =>
  mounts.flatMap(({ source, target, nested = [] }) =>
    nested.length === 0
      ? []
      : [
          `not in ${showOnOneLine(target)}: ${listNames(nested)}, mounted below ${showOnOneLine(source)} on this machine; each needs a -v of its own`,
        ],
  );

/** The same for the project, and for all that is mounted of it once more. */
export const withoutNested = (
  mounts: readonly Mount[],
  { nested }: Pick<Facts, 'nested'>,
): readonly Mount[] =>
  nested === undefined || nested.along
    ? mounts
    : mounts.map((mount) =>
        ['project', 'git', 'protect'].includes(mount.role) &&
        nested.paths.some((place) => isBelow(place, mount.source))
          ? { ...mount, alone: true }
          : mount,
      );

export function nestedNotes({
  nested,
  mounts,
}: Pick<Facts, 'nested' | 'mounts'>): readonly string[] {
  if (nested === undefined) return [];
  if (nested.along)
    return [`what this machine has mounted in the project comes along: ${listNames(nested.paths)}`];
  const left = nested.paths.filter((place) => !mounts.some(({ source }) => source === place));
  return left.length === 0
    ? []
    : [
        `empty in this run: ${listNames(left)}, mounted in the project on this machine; each needs a -v of its own`,
      ];
}

/**
 * The mounts in the order in which the engine makes them: outer ones first.
 * @param ofState directories of the home that the assistant's state is in
 * @throws AiError AI_MOUNT_INVALID where two want the same place or one would hide what the launcher needs
 */
export function orderMounts(
  mounts: readonly Mount[],
  ofState: readonly string[] = [],
): readonly Mount[] {
  const ordered = mounts
    .map((mount) => ({
      ...mount,
      target: path.normalize(mount.target).replace(/(?<=.)\/$/, ''),
    }))
    .sort((a, b) => depth(a.target) - depth(b.target));
  const taken = new Map<string, Mount>();
  for (const mount of ordered) {
    const other = taken.get(mount.target);
    if (other !== undefined)
      throw invalid(mount, `${mount.target} is taken by ${other.source} (${other.reason})`);
    taken.set(mount.target, mount);
    const isOurs =
      [...needed, ...ofState].some((ours) => isInside(ours, mount.target)) ||
      [runDirectory, startCommand].some((ours) => isInside(mount.target, ours));
    if (mount.role !== 'run' && mount.role !== 'state' && isOurs)
      throw invalid(mount, `${mount.target} is needed by ai itself`);
  }
  return ordered;
}

/** Places that a mount of the user's must not hide, with everything above them. */
const needed = [
  runDirectory,
  socketDirectory,
  startCommand,
  home,
  '/etc/passwd',
  '/etc/group',
  systemCaFile,
];

/**
 * Targets that lie below another mount. The engine would make what is missing there as root, in the user's own tree, so the
 * launcher makes it before, as the user.
 */
export function nestedTargets(mounts: readonly Mount[], owner: Owner): Prepare['create'] {
  return mounts.flatMap((mount) => {
    // These are there, or are made with what belongs in them.
    if (mount.role === 'protect') return [];
    const outer = mounts
      .filter((other) => other.kind === 'directory' && isBelow(mount.target, other.target))
      .sort((a, b) => b.target.length - a.target.length)[0];
    // What is in a volume only the engine can make.
    if (outer === undefined || outer.volume) return [];
    return [
      {
        path: path.join(outer.source, path.relative(outer.target, mount.target)),
        kind: mount.kind,
        mode: mount.kind === 'directory' ? 0o755 : 0o644,
        owner,
        below: outer.source,
        reason: `${mount.target} is mounted there`,
      },
    ];
  });
}

const depth = (target: string): number => (target === '/' ? 0 : target.split('/').length);

const invalid = (mount: Mount, why: string): AiError =>
  new AiError('AI_MOUNT_INVALID', { text: `${mount.source}:${mount.target}`, why });
