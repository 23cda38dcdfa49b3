// What `protect: readonly` is to make read-only in a project, looked up before a run. Nothing is loaded for it otherwise.

import { isInside, relativeInside } from '../base/paths.ts';
import type { Facts } from '../plan/facts.ts';
import type { ProtectedPath, ProtectFacts, SeenExecutables } from '../plan/protect-facts.ts';
import { protectOf } from '../settings/protect.ts';
import type { World } from './world.ts';

export type ProtectLook = Pick<Facts, 'settings' | 'project' | 'gitSettings' | 'mounts'> & {
  state: Pick<Facts['state'], 'directory' | 'writable'>;
};

/** What is not found is not protected: a machine that has read nothing yet gets its time. */
const thorough = { most: 200_000, time: 3000 };

/** @throws AiError AI_PROTECT_LINK */
export async function lookForProtect(
  { environment }: Pick<World, 'environment'>,
  facts: ProtectLook,
): Promise<ProtectFacts | undefined> {
  if (protectOf(facts.settings) !== 'readonly') return undefined;
  const { project, state } = facts;
  const [{ lookForExecutables }, { readProtectedPaths, mostProtected }, kept, runs, { looksOf }] =
    await Promise.all([
      import('../read/executable-files.ts'),
      import('../read/protected-paths.ts'),
      import('../state/executables.ts'),
      import('../state/runs.ts'),
      import('./watch-executables.ts'),
    ]);
  const others = runs.plansIn(state.writable);
  const isOurs = (file: string): boolean =>
    others.some(({ prepare }) => prepare.placeholders?.some(({ path }) => path === file));
  const paths = new Map<string, ProtectedPath>();
  const links: string[] = [];
  const seen: Record<string, SeenExecutables> = {};
  let [left, room, complete] = [0, mostProtected, true];
  for (const look of looksOf(facts, thorough)) {
    const { root, hooksPath } = look;
    const found = lookForExecutables(look);
    const { taken, files } = found;
    seen[root] = { taken, files, complete: found.complete, until: Date.now() };
    const repositories = found.repositories.slice(0, room);
    room -= repositories.length;
    left += found.repositories.length - repositories.length;
    complete &&= found.complete;
    const isProject = root === project.root;
    const git = isProject ? project.git : undefined;
    const read = readProtectedPaths({ root, isProject, git, repositories, hooksPath, isOurs });
    for (const one of read.paths) if (!paths.has(one.path)) paths.set(one.path, one);
    links.push(...read.links);
  }
  const tracked = await trackedOf([...paths.values()], environment);
  const nameOf = (file: string): string => relativeInside(file, project.root) || file;
  return {
    paths: [...paths.values()].filter((one) => !tracked.has(one)),
    ...{ left, complete, links: links.map(nameOf) },
    tracked: [...tracked].map((one) => nameOf(one.path)),
    seen,
    isNews: !kept.readChanges(state.directory, project.id).told,
  };
}

/**
 * Hooks that git tracks change with the tree: read-only, a merge or a checkout that touches them would stop half-way. Git is asked
 * only where hooks lie in a worktree; where it cannot say, they are protected.
 */
async function trackedOf(
  paths: readonly ProtectedPath[],
  environment: World['environment'],
): Promise<ReadonlySet<ProtectedPath>> {
  const tracked = new Set<ProtectedPath>();
  const inTrees = paths.filter(({ inTree, placeholder }) => inTree && !placeholder);
  if (inTrees.length === 0) return tracked;
  const { readTracked } = await import('../read/tracked-files.ts');
  for (const top of new Set(inTrees.flatMap(({ inTree }) => inTree ?? []))) {
    const wanted = inTrees.filter(({ inTree }) => inTree === top);
    const names = wanted.map((one) => relativeInside(one.path, top) ?? '');
    const files = (await readTracked(top, names, environment)) ?? [];
    for (const [index, one] of wanted.entries())
      if (files.some((file) => isInside(file, names[index] ?? ''))) tracked.add(one);
  }
  return tracked;
}
