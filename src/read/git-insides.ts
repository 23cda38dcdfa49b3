// What lies inside a git directory: those of submodules and linked worktrees, and links, through which git writes elsewhere.

import { exists } from './project-file.ts';
import type { LookBounds } from './look-bounds.ts';

/** Administrative directories of linked worktrees. */
export const worktreesIn = (directory: string, bounds: LookBounds): readonly string[] =>
  bounds
    .entries(`${directory}/worktrees`)
    .filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => `${directory}/worktrees/${name}`);

/** Git directories of submodules, below `modules` of another; their names may hold slashes, and they may have such themselves. */
export function submodulesIn(directory: string, bounds: LookBounds): readonly string[] {
  const found: string[] = [];
  const queue = [`${directory}/modules`];
  for (const place of queue) {
    if (bounds.isOver()) break;
    for (const { name, isDirectory } of bounds.entries(place)) {
      if (!isDirectory) continue;
      const below = `${place}/${name}`;
      if (exists(`${below}/HEAD`)) found.push(below);
      else queue.push(below);
    }
  }
  return found;
}

/** Contents, by the thousand: git makes each anew, under a name of its own. */
const contents = new Set(['objects', 'lfs/objects', 'annex/objects']);

/** Links anywhere in a git directory but in those of submodules and worktrees, which have an inside of their own. */
export function linksIn(directory: string, bounds: LookBounds): readonly string[] {
  const found: string[] = [];
  const queue = [''];
  for (const place of queue) {
    if (bounds.isOver()) break;
    for (const { name, isDirectory, isLink } of bounds.entries(`${directory}/${place}`)) {
      const below = place === '' ? name : `${place}/${name}`;
      if (isLink) found.push(`${directory}/${below}`);
      else if (isDirectory && !contents.has(below) && !isOther(directory, below)) queue.push(below);
    }
  }
  return found;
}

const isOther = (directory: string, below: string): boolean =>
  /^(?:modules|worktrees)\//.test(below) && exists(`${directory}/${below}/HEAD`);
