// Mounts that keep a session from making this machine’s git run something: read-only over what git runs, and pins. Pure.

import { path as posix } from '../base/path.ts';
import { isBelow, isInside } from '../base/paths.ts';
import type { Facts } from './facts.ts';
import { listNames } from './mask.ts';
import type { ProtectedPath } from './protect-facts.ts';
import type { Mount, Owner, Prepare } from './run-plan.ts';

/**
 * Each protected path read-only, wherever it is seen. A directory on the way to it is mounted on itself: what is a mount point
 * cannot be renamed (EBUSY, rename(2)), so nobody puts a copy with other contents in its place.
 * @param mounts all others, ordered
 */
export function planProtect(
  { protect }: Pick<Facts, 'protect'>,
  mounts: readonly Mount[],
): readonly Mount[] {
  const planned = new Map<string, Mount>();
  for (const one of protect?.paths ?? [])
    for (const mount of mounts)
      if (isOfUser(mount))
        for (const made of mountsFor(one, mount))
          if (!isCovered(made.target, mount, mounts) && !isWeaker(made, planned.get(made.target)))
            planned.set(made.target, made);
  const all = [...planned.values()];
  // A pin in what is read-only would open it again.
  return all.filter(({ target }) => !all.some((other) => shields(other, target)));
}

const shields = ({ readOnly, target }: Mount, inner: string): boolean =>
  readOnly && isBelow(inner, target);

const isOfUser = ({ role, kind, readOnly }: Mount): boolean =>
  ['project', 'git', 'extra'].includes(role) && kind === 'directory' && !readOnly;

function mountsFor({ path, kind, reason }: ProtectedPath, mount: Mount): readonly Mount[] {
  if (!isBelow(path, mount.source)) return [];
  const targetOf = (source: string): string =>
    posix.join(mount.target, posix.relative(mount.source, source));
  const pins = directoriesBetween(mount.source, path).map((source) => ({
    role: 'protect' as const,
    ...{ source, target: targetOf(source), kind: 'directory' as const, readOnly: false },
    reason: 'protect: it stays where it is, so that what is read-only in it does',
  }));
  const own = { role: 'protect' as const, source: path, target: targetOf(path), kind };
  return [...pins, { ...own, readOnly: true, reason: `protect: ${reason}` }];
}

/** `/a` and `/a/b/c/d` -> `/a/b`, `/a/b/c`. */
function directoriesBetween(outer: string, inner: string): readonly string[] {
  const parent = posix.dirname(inner);
  return isBelow(parent, outer) ? [...directoriesBetween(outer, parent), parent] : [];
}

/** Another mount lies over it there: then what is seen is not what is protected. */
const isCovered = (target: string, mount: Mount, mounts: readonly Mount[]): boolean =>
  mounts.some((other) => isInside(target, other.target) && isBelow(other.target, mount.target));

/** A pin in the place of what is read-only. */
const isWeaker = (made: Mount, planned: Mount | undefined): boolean =>
  planned?.readOnly === true && !made.readOnly;

/** What has to be made for them, and removed again. */
export const planPlaceholders = (
  { protect }: Pick<Facts, 'protect'>,
  mounts: readonly Mount[],
  owner: Owner,
): NonNullable<Prepare['placeholders']> =>
  (protect?.paths ?? []).flatMap(({ path, kind, placeholder }) =>
    placeholder !== undefined && mounts.some(({ source }) => source === path)
      ? [{ path, kind, owner, ...placeholder }]
      : [],
  );

/** What git does not do inside, said once for a project; and what is not protected. */
export function protectNotes({ protect }: Pick<Facts, 'protect'>): readonly string[] {
  if (protect === undefined) return [];
  const { isNews, paths, left, links, tracked, complete } = protect;
  return [
    ...(isNews && paths.length > 0
      ? [
          'git’s hooks and config are read-only in this run: commit and stash work, git config and git push -u cannot write (--protect report lifts that; so does git config on this machine meanwhile)',
        ]
      : []),
    ...(tracked.length > 0
      ? [
          `hooks that git tracks stay writable, and what changes of them is said at the end: ${listNames(tracked)}`,
        ]
      : []),
    ...(links.length > 0
      ? [`not protected, because nothing can be mounted on a link: ${listNames(links)}`]
      : []),
    ...(left > 0 ? [`${left} more repositories in this project are too many to protect`] : []),
    ...(complete
      ? []
      : [
          'not all of the project could be looked at for repositories: one of them may be writable',
        ]),
  ];
}
