// The mounts that make git's own pointers hold inside: linked worktrees, their siblings, repositories that lie elsewhere.

import { path as posix } from '../base/path.ts';
import { isInside } from '../base/paths.ts';
import type { GitFacts, ProjectFacts } from './facts.ts';
import type { Mount } from './run-plan.ts';

/** What is mounted beside the workspace, so that git does inside what it does outside. */
export function planGitMounts(project: ProjectFacts, workspaceTarget: string): readonly Mount[] {
  const { root, git } = project;
  if (git === undefined) return [];
  const workspace = directoryMount(root, workspaceTarget, 'the project');
  const directories = withoutRepetition(workspace, [
    ...repositoryMounts(root, git, workspaceTarget),
    ...innerWorktreeMounts(root, git),
  ]);
  const commonPlaces = [workspace, ...directories].flatMap(
    (mount) => placeOf(git.commonDirectory, mount) ?? [],
  );
  const files = siblingMounts(git, commonPlaces);
  return withoutRepetition(workspace, [...directories, ...files]);
}

/** A repository outside the root (a linked worktree's, `--separate-git-dir`) is where the pointers to it lead. */
function repositoryMounts(root: string, git: GitFacts, workspaceTarget: string): Mount[] {
  const common = git.commonDirectory;
  if (isInside(common, root)) return [];
  const mounts = [
    directoryMount(common, common, 'the repository, where the pointers to it lead'),
    directoryMount(root, root, 'the worktree, where the repository knows it'),
  ];
  if (!git.relativePointers) return mounts;
  // Near the file system's root a relative pointer ends early, and its counterpart then leads to yet another place.
  const place = posix.resolve(workspaceTarget, posix.relative(root, common));
  const back = posix.resolve(place, posix.relative(common, root));
  return [
    ...mounts,
    directoryMount(common, place, 'the repository, where relative pointers to it lead'),
    directoryMount(root, back, 'the worktree, where relative pointers back to it lead'),
  ];
}

/** A worktree inside the root (`.worktrees/x`) names the repository by its path on the host. */
function innerWorktreeMounts(root: string, git: GitFacts): Mount[] {
  const inner = git.siblings.some(
    ({ gitFile, pointer }) => posix.isAbsolute(pointer) && isInside(gitFile, root),
  );
  return inner
    ? [directoryMount(root, root, 'the project, where its inner worktrees know it')]
    : [];
}

/** Of the other worktrees only the existence: `git worktree prune` and `gc` inside must not take them for deleted. */
function siblingMounts(git: GitFacts, commonPlaces: readonly string[]): Mount[] {
  return git.siblings.flatMap(({ id, gitFile, pointer }) =>
    commonPlaces.map((place) => ({
      role: 'git' as const,
      source: gitFile,
      target: posix.resolve(place, 'worktrees', id, pointer),
      kind: 'file' as const,
      readOnly: true,
      reason: `the worktree ${id} exists: a prune inside must not remove it`,
    })),
  );
}

/** Leaves out what another mount shows at that very place already, and what would come second to one target. */
function withoutRepetition(workspace: Mount, mounts: readonly Mount[]): Mount[] {
  return mounts.filter((mount, index) => {
    const before = mounts.slice(0, index);
    const shown = [workspace, ...before].some(
      (other) => placeOf(mount.source, other) === mount.target,
    );
    return !shown && !before.some((other) => other.target === mount.target);
  });
}

/** Where a path of the host is seen through a mount, or undefined if it is not. */
function placeOf(source: string, mount: Mount): string | undefined {
  return mount.kind === 'directory' && isInside(source, mount.source)
    ? posix.resolve(mount.target, posix.relative(mount.source, source))
    : undefined;
}

function directoryMount(source: string, target: string, reason: string): Mount {
  return { role: 'git', source, target, kind: 'directory', readOnly: false, reason };
}
