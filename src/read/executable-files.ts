// Looks for all that this machine runs of a project sooner or later. No link is followed out of it, and there is an end to it.

import { path } from '../base/path.ts';
import { isBelow } from '../base/paths.ts';
import {
  isPassedOver,
  kindOfFile,
  kindOfTree,
  type ExecutableFiles,
  type ExecutableKind,
} from '../plan/executable-files.ts';
import { LookBounds } from './look-bounds.ts';
import { exists } from './project-file.ts';
import { Repositories, type FoundRepository } from './repositories.ts';
import { changeOf } from './seen-file.ts';
import { SeenFiles } from './seen-files.ts';

export interface ExecutableLook {
  /** Symlinks resolved. */
  root: string;
  /** The git directory that all worktrees share, where the root has one and it counts. */
  commonDirectory?: string | undefined;
  /** That of this worktree, where it is another. */
  gitDirectory?: string | undefined;
  /** The user’s own core.hooksPath, which counts in every repository. */
  hooksPath?: string | undefined;
  /** Entries of directories, and milliseconds, after which the look ends. */
  most: number;
  time: number;
}

export interface ExecutablesFound extends ExecutableFiles {
  /** Every repository that a session can change, that of the root first. */
  repositories: readonly FoundRepository[];
}

/** @param known files that an earlier look has found, so that none of them counts as gone unless it is */
export function lookForExecutables(
  { root, commonDirectory, gitDirectory, hooksPath, most, time }: ExecutableLook,
  known: ExecutableFiles['files'] = {},
): ExecutablesFound {
  const taken = Date.now();
  const bounds = new LookBounds(most, time);
  const seen = new SeenFiles(root, bounds);
  const repositories = new Repositories(seen, [root, commonDirectory ?? root]);
  if (commonDirectory !== undefined)
    repositories.addDirectory(gitDirectory ?? commonDirectory, root);
  if (hooksPath !== undefined && isBelow(hooksPath, root)) seen.addTree(hooksPath, 'git hook');
  walk(root, seen, repositories);
  repositories.addLinks();
  for (const [name, { kind }] of Object.entries(known)) seen.lookAgain(name, kind);
  const { complete } = bounds;
  return { taken, complete, files: { ...seen.files }, repositories: repositories.list() };
}

/** A directory of a name that makes what is in it run. */
interface Tree {
  kind: ExecutableKind;
  /** When it may have been given that name: with its files unchanged it was another one’s before. */
  since: number;
}

/** Breadth first, so that where it ends early it is the deepest that was not looked at. */
function walk(root: string, seen: SeenFiles, repositories: Repositories): void {
  const queue: { directory: string; tree?: Tree | undefined }[] = [{ directory: root }];
  for (const { directory, tree } of queue) {
    if (seen.isOver()) return;
    const parent = path.basename(directory);
    for (const { name, isDirectory, isLink } of seen.bounds.entries(directory)) {
      const place = `${directory}/${name}`;
      const kindOfDirectory =
        tree === undefined && (isDirectory || isLink) ? kindOfTree(parent, name) : undefined;
      if (isHead(name) && isRepository(directory)) repositories.addDirectory(directory);
      if (isGit(name, directory)) repositories.addGit(directory);
      else if (isDirectory) {
        if (isPassedOver(name)) continue;
        queue.push({ directory: place, tree: tree ?? treeAt(directory, place, kindOfDirectory) });
      } else if (isLink && kindOfDirectory !== undefined) seen.addTree(place, kindOfDirectory);
      else {
        const kind = tree?.kind ?? kindOfFile(parent, name);
        if (kind !== undefined) seen.add(place, kind, tree?.since ?? changeOfName(directory));
      }
    }
  }
}

const isHead = (name: string): boolean => name.length === 4 && name.toUpperCase() === 'HEAD';

/** Git takes a directory for a repository by these (setup.c, is_git_directory), wherever it comes to one. */
const isRepository = (directory: string): boolean =>
  exists(`${directory}/commondir`) ||
  (exists(`${directory}/objects`) && exists(`${directory}/refs`));

/** On disks where capitals do not matter, `.GIT` is what git finds. */
const isGit = (name: string, directory: string): boolean =>
  name === '.git' ||
  (name.length === 4 && name.toLowerCase() === '.git' && exists(`${directory}/.git`));

function treeAt(
  parent: string,
  directory: string,
  kind: ExecutableKind | undefined,
): Tree | undefined {
  return kind && { kind, since: Math.max(changeOfName(parent), changeOf(directory)) };
}

/** `.github` and `.claude` are part of the name of what is in them. */
const changeOfName = (directory: string): number =>
  path.basename(directory).startsWith('.') ? changeOf(directory) : 0;
