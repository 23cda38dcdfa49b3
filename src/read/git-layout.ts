// How a git repository lies on the disk: read from its pointer files, without starting git (gitrepository-layout(5)).

import { readdirSync } from 'node:fs';
import { isGitTrue, lastGitValue, parseGitConfig } from '../base/git-config.ts';
import { path } from '../base/path.ts';
import { isInside } from '../base/paths.ts';
import type { GitFacts, WorktreeFacts } from '../plan/facts.ts';
import {
  isGitDirectory,
  pointsBack,
  readCommonDirectory,
  readLinkedWorktree,
  readPointer,
} from './git-pointers.ts';
import { exists, largestManifest, readProjectFile, realPathOf } from './project-file.ts';

/** A repository whose top (or whose bare directory) is `top`. All paths absolute, symlinks resolved. */
export interface Repository {
  top: string;
  /** `unconfirmed`: it lies elsewhere and does not point back. It must not be mounted. */
  kind: 'main' | 'superproject' | 'worktree' | 'bare' | 'unconfirmed';
  directory: string;
  commonDirectory: string;
  /** The way from `top` to `directory` is written as a relative path. */
  relativePointer: boolean;
}

/**
 * The repository that `directory` is in; in a submodule the outermost superproject, because a submodule's pointers are
 * relative to it. Ancestors that are not `acceptable` as a top are passed over.
 */
export function findRepository(
  directory: string,
  acceptable: (top: string) => boolean,
): Repository | undefined {
  let found: Repository | undefined;
  for (const top of ancestorsOf(directory)) {
    if (found !== undefined && !found.directory.includes('/modules/')) break;
    const repository = acceptable(top) ? openRepository(top) : undefined;
    if (repository === undefined) continue;
    if (found === undefined) found = repository;
    else if (
      found.kind !== 'unconfirmed' &&
      isInside(found.directory, `${repository.directory}/modules`)
    )
      found = repository.kind === 'main' ? { ...repository, kind: 'superproject' } : repository;
  }
  return found;
}

/** What the plan needs to know of it. Worktrees that are gone from this host are left out, as git prunes them anyway. */
export function readGitFacts(repository: Repository): GitFacts | undefined {
  const { top, kind, directory, commonDirectory } = repository;
  if (kind === 'unconfirmed') return undefined;
  return {
    directory,
    commonDirectory,
    mainWorktree: kind === 'worktree' ? mainWorktreeOf(commonDirectory) : top,
    linked: kind === 'worktree',
    relativePointers: repository.relativePointer || exists(`${directory}/modules`),
    needsNewerGit: isGitTrue(
      lastGitValue(
        parseGitConfig(readProjectFile(`${commonDirectory}/config`, largestManifest) ?? ''),
        'extensions.relativeworktrees',
      ),
    ),
    siblings: readSiblings(directory, commonDirectory),
  };
}

/** The directory itself and everything above it, innermost first. */
export function ancestorsOf(directory: string): string[] {
  const parent = path.dirname(directory);
  return parent === directory ? [directory] : [directory, ...ancestorsOf(parent)];
}

/** The repository that begins exactly here. A pointer to nowhere, or a `.git` without HEAD, is none. */
function openRepository(top: string): Repository | undefined {
  const pointer = readPointer(top);
  if (pointer === undefined) return openBareRepository(top);
  const directory = realPathOf(path.resolve(top, pointer));
  const commonDirectory = directory && readCommonDirectory(directory);
  if (!directory || !commonDirectory || !isGitDirectory(directory, commonDirectory))
    return undefined;
  const relativePointer = pointer !== '.git' && !path.isAbsolute(pointer);
  return {
    top,
    kind: kindOf(directory, commonDirectory, top),
    directory,
    commonDirectory,
    relativePointer,
  };
}

function kindOf(directory: string, commonDirectory: string, top: string): Repository['kind'] {
  if (!isInside(commonDirectory, top) && !pointsBack(directory, commonDirectory, top))
    return 'unconfirmed';
  return directory === commonDirectory ? 'main' : 'worktree';
}

/** A bare repository, but not the inside of a `.git`: that belongs to the worktree around it. */
function openBareRepository(top: string): Repository | undefined {
  if (top.split('/').includes('.git') || !isGitDirectory(top, top)) return undefined;
  return { top, kind: 'bare', directory: top, commonDirectory: top, relativePointer: false };
}

/** The main worktree of a linked one: around a directory named `.git`; otherwise there is only the bare repository. */
function mainWorktreeOf(commonDirectory: string): string {
  return path.basename(commonDirectory) === '.git'
    ? path.dirname(commonDirectory)
    : commonDirectory;
}

function readSiblings(directory: string, commonDirectory: string): WorktreeFacts[] {
  const worktrees = `${commonDirectory}/worktrees`;
  return listNames(worktrees).flatMap((id) => {
    const administration = `${worktrees}/${id}`;
    const worktree = administration === directory ? undefined : readLinkedWorktree(administration);
    return worktree ? [{ id, ...worktree }] : [];
  });
}

function listNames(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}
