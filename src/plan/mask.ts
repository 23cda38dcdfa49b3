// What hides files of a project from a run: nothing, mounted in their place wherever they would be seen. Pure.

import { AiError } from '../base/errors.ts';
import { path as posix } from '../base/path.ts';
import { isBelow, isInside } from '../base/paths.ts';
import { showOnOneLine } from '../base/quote.ts';
import type { Settings } from '../settings/schema.ts';
import type { Facts } from './facts.ts';
import type { MaskedPath, MaskFacts } from './mask-facts.ts';
import type { Mount, Owner, Prepare } from './run-plan.ts';
import { runPaths } from './state-mounts.ts';

/** The engine takes more, at half a millisecond each; whoever hides that many means a directory. */
export const mostMasks = 200;

/**
 * An empty file or directory over every place where a hidden path is seen.
 * @param mounts all others, ordered
 * @throws AiError AI_MASK_TOO_MANY, AI_MASK_DIRECTORY where the run would start in what is hidden
 */
export function planMask(
  { mask, project, state }: Pick<Facts, 'mask' | 'project' | 'state'>,
  mounts: readonly Mount[],
): readonly Mount[] {
  if (mask === undefined) return [];
  const around = mask.hidden.find(({ path }) => isInside(project.directory, path));
  if (around !== undefined)
    throw new AiError('AI_MASK_DIRECTORY', { name: around.name, pattern: around.pattern });
  const { emptyFile, emptyDirectory } = runPaths({
    directory: state.writable,
    runId: state.runId,
  });
  const masks = mask.hidden.flatMap((hidden) =>
    placesOf(hidden, mounts).map((target) => ({
      role: 'mask' as const,
      source: hidden.kind === 'file' ? emptyFile : emptyDirectory,
      target,
      kind: hidden.kind,
      readOnly: true,
      reason: `mask: ${hidden.pattern}`,
    })),
  );
  if (masks.length > mostMasks) throw tooMany(mask.hidden);
  return masks;
}

/** Where a run sees a path of the host: through each mount that holds it, unless another mount lies over it there. */
export function placesOf(
  { path }: Pick<MaskedPath, 'path'>,
  mounts: readonly Mount[],
): readonly string[] {
  return mounts.flatMap((mount) => {
    const isOfUser = ['project', 'git', 'extra'].includes(mount.role);
    if (!isOfUser || mount.kind !== 'directory' || !isBelow(path, mount.source)) return [];
    const target = posix.join(mount.target, posix.relative(mount.source, path));
    const isCovered = mounts.some(
      (other) => isInside(target, other.target) && isBelow(other.target, mount.target),
    );
    return isCovered ? [] : [target];
  });
}

/** What has to be there for these mounts: one empty file and one empty directory for all. */
export function prepareMask(
  mounts: readonly Mount[],
  { owner, below }: { owner: Owner; below: string },
): Pick<Prepare, 'create' | 'write'> {
  const source = (kind: Mount['kind']): string | undefined =>
    mounts.find((mount) => mount.role === 'mask' && mount.kind === kind)?.source;
  const [file, directory] = [source('file'), source('directory')];
  return {
    write: file === undefined ? [] : [{ path: file, text: '', mode: 0o444 }],
    create:
      directory === undefined
        ? []
        : [
            {
              ...{ path: directory, kind: 'directory', mode: 0o755, owner, below },
              reason: 'for what mask hides',
            },
          ],
  };
}

/** What the user may take for hidden and is not, and what else is to be known of it. */
export function maskNotes({ mask }: Pick<Facts, 'mask'>): readonly string[] {
  if (mask === undefined) return [];
  const { visible, trackedSince, linked, gitSilent, incomplete } = mask;
  const say = (names: readonly string[], one: string, several: string): readonly string[] =>
    names.length === 0
      ? []
      : [`${listNames(names)} ${names.length === 1 ? `is ${one}` : `are ${several}`}`];
  return [
    ...say(
      visible.tracked,
      'tracked by git, so it stays visible (masking it would commit it empty)',
      'tracked by git, so they stay visible (masking them would commit them empty)',
    ),
    ...say(
      visible.link,
      'a link that mask cannot hide: what it leads to stays visible',
      'links that mask cannot hide: what they lead to stays visible',
    ),
    ...say(
      visible.name,
      'not hidden: its name is not UTF-8',
      'not hidden: their names are not UTF-8',
    ),
    ...say(
      trackedSince,
      'hidden as before, although git tracks it now: !pattern in mask shows it',
      'hidden as before, although git tracks them now: !pattern in mask shows them',
    ),
    ...say(
      linked,
      'hidden under this name, but has others (hard links), which may be visible',
      'hidden under these names, but have others (hard links), which may be visible',
    ),
    ...(gitSilent
      ? ['git did not say what it tracks: all that mask matches is hidden; commit none of it']
      : []),
    ...(incomplete
      ? [
          'this project is too large to look for all that mask matches: what lies deepest is visible',
        ]
      : []),
  ];
}

/** On the host itself nothing is hidden, whatever a settings file says. */
export const nativeMaskNotes = ({ mask }: Pick<Settings, 'mask'>): readonly string[] =>
  mask.length === 0
    ? []
    : [`mask does nothing without a container: what matches ${listNames(mask)} is visible`];

/** The first few of many, fit for one line. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(showOnOneLine).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function tooMany(hidden: MaskFacts['hidden']): AiError {
  const counts = new Map<string, number>();
  for (const { pattern } of hidden) counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  const [pattern, matches] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? ['', 0];
  return new AiError('AI_MASK_TOO_MANY', { pattern, matches, most: mostMasks });
}
