// Where the project stands inside the container, and where the session starts.

import { path as posix } from '../base/path.ts';
import { isInside, relativeInside } from '../base/paths.ts';
import type { ProjectFacts } from './facts.ts';
import { planGitMounts } from './git-mounts.ts';
import { workspace } from './inside.ts';
import type { Mount, Reasoned } from './run-plan.ts';

export interface Workspace {
  mount: Mount;
  workingDirectory: Reasoned<{ path: string }>;
}

/**
 * Adaptive: the root at `/workspace/<name>` when started there, else at `/workspace` with the same directory below it.
 * Same: everything at the host's own path.
 */
export function planWorkspace(project: ProjectFacts, mode: 'adaptive' | 'same'): Workspace {
  const { root, directory, name, rootReason } = project;
  const { target, why } = chooseTarget(project, mode);
  const below = relativeInside(directory, root) ?? '';
  return {
    mount: {
      role: 'project',
      source: root,
      target,
      kind: 'directory',
      readOnly: false,
      reason: `${rootReason}; ${why}`,
    },
    workingDirectory: {
      path: posix.join(target, below),
      reason:
        below === '' ? `started at the root of ${name || 'the project'}` : `started in ${below}`,
    },
  };
}

function chooseTarget(
  project: ProjectFacts,
  mode: 'adaptive' | 'same',
): { target: string; why: string } {
  const { root, directory, name } = project;
  if (mode === 'same') return { target: root, why: 'at its own path, as workspace: same asks' };
  const target = directory === root ? `${workspace}/${name || 'project'}` : workspace;
  if (overlaps(project, target))
    return { target: root, why: `at its own path, because its git worktrees use ${target}` };
  return { target, why: directory === root ? 'started at its root' : 'started below its root' };
}

/** On hosts that keep their own projects in /workspace, mounts for git would lie inside one another. */
function overlaps(project: ProjectFacts, target: string): boolean {
  if (target === project.root) return false;
  return planGitMounts(project, target).some(
    (mount) => isInside(mount.target, target) || isInside(target, mount.target),
  );
}
