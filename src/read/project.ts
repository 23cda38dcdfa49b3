// Finds the project that a directory belongs to: its root, its package, its repository (DESIGN.md section 4).

import { createHash } from 'node:crypto';
import { opendirSync, realpathSync, statSync } from 'node:fs';
import { AiError, messageOf, systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { readTextIfThere } from '../host/files.ts';
import type { GitFacts, ProjectFacts } from '../plan/facts.ts';
import { ancestorsOf, findRepository, readGitFacts, type Repository } from './git-layout.ts';
import { isPackage, refusalOf, workspaceMarkerIn } from './root-rules.ts';

export interface ProjectOptions {
  home: string;
  stateDirectory: string;
  /** `--allow-root-dir`: the directory itself may be one that is refused otherwise. Ancestors stay refused. */
  allowAnyRoot: boolean;
}

export interface FoundProject extends Pick<ProjectFacts, 'directory' | 'root' | 'rootReason'> {
  repository: Repository | undefined;
}

/**
 * Where the project around `directory` begins, found by walking up in process.
 * @throws AiError AI_DIRECTORY_MISSING, AI_PROJECT_UNREADABLE, AI_ROOT_REFUSED
 */
export function findProject(directory: string, options: ProjectOptions): FoundProject {
  const start = openDirectory(directory);
  const places = {
    home: resolveAsFarAsItExists(options.home),
    stateDirectory: resolveAsFarAsItExists(options.stateDirectory),
  };
  const acceptable = (candidate: string): boolean =>
    (candidate === start && options.allowAnyRoot) || refusalOf(candidate, places) === undefined;

  const repository = findRepository(start, acceptable);
  const { root, rootReason } = findRoot(start, repository, acceptable);
  const why = refusalOf(root, places);
  if (why !== undefined && !acceptable(root))
    throw new AiError('AI_ROOT_REFUSED', { path: root, why });
  return { directory: start, root, rootReason, repository };
}

/**
 * All that is to be known of it.
 * @throws AiError as findProject does
 */
export const readProject = (directory: string, options: ProjectOptions): ProjectFacts =>
  readFound(findProject(directory, options));

/** The same of one that has just been found. */
export function readFound({ repository, ...found }: FoundProject): ProjectFacts {
  const { root } = found;
  const git = repository && readGitFacts(repository);
  const package_ = findPackage(found.directory, root);
  const { uid, gid } = statSync(root);
  const ownerName = accountName(uid);
  const main = git?.mainWorktree ?? root;
  return {
    ...found,
    name: path.basename(root),
    id: projectId(main),
    ...(package_ !== undefined && { package: package_ }),
    owner: { uid, gid },
    ...(ownerName !== undefined && { ownerName }),
    ...(git && { git }),
    warnings: warningsOf(repository, git),
  };
}

/** Resolves symlinks, and makes sure that the directory can be listed. */
function openDirectory(directory: string): string {
  try {
    const real = realpathSync.native(directory);
    opendirSync(real).closeSync();
    return real;
  } catch (error) {
    const missing = ['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '');
    throw missing
      ? new AiError('AI_DIRECTORY_MISSING', { path: directory })
      : new AiError('AI_PROJECT_UNREADABLE', { path: directory, cause: messageOf(error) });
  }
}

function findRoot(
  start: string,
  repository: Repository | undefined,
  acceptable: (candidate: string) => boolean,
): { root: string; rootReason: string } {
  if (repository !== undefined)
    return { root: repository.top, rootReason: repositoryReasons[repository.kind] };
  for (const candidate of ancestorsOf(start)) {
    const marker = acceptable(candidate) ? workspaceMarkerIn(candidate) : undefined;
    if (marker !== undefined) return { root: candidate, rootReason: marker };
  }
  return { root: start, rootReason: 'no project found: the current directory' };
}

const repositoryReasons: Record<Repository['kind'], string> = {
  main: 'git repository',
  superproject: 'git repository that the submodule belongs to',
  worktree: 'git worktree',
  bare: 'bare git repository',
  unconfirmed:
    'git repository, but what its .git points to does not point back (git worktree repair)',
};

function warningsOf(
  repository: Repository | undefined,
  git: GitFacts | undefined,
): readonly string[] {
  if (repository?.kind === 'unconfirmed')
    return [
      `git does not work in this run: what ${repository.top}/.git points to does not point back (git worktree repair)`,
    ];
  if (git?.needsNewerGit)
    return [
      'git does not work in this run: the repository has relativeWorktrees, which needs git 2.48 inside',
    ];
  return [];
}

/** The name in passwd(5). Accounts of directory services are not in it; then a run has to do without. */
function accountName(uid: number): string | undefined {
  if (uid === process.getuid?.()) return undefined;
  const lines = readTextIfThere('/etc/passwd')?.split('\n') ?? [];
  return lines.map((line) => line.split(':')).find(([, , id]) => id === String(uid))?.[0];
}

/** The package's path below the root, or undefined where the root is all there is. */
function findPackage(start: string, root: string): string | undefined {
  const below = ancestorsOf(start).filter((candidate) => candidate.length > root.length);
  const found = below.find(isPackage);
  return found && path.relative(root, found);
}

/** By the main worktree, so that all worktrees of a repository share their conversations. */
function projectId(mainWorktree: string): string {
  const readable = path
    .basename(mainWorktree)
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+/, '')
    .slice(0, 40);
  const hash = createHash('sha256').update(mainWorktree).digest('hex').slice(0, 12);
  return `${readable || 'project'}-${hash}`;
}

/** The state directory may not exist before the first run; the part above it may still be a symlink. */
function resolveAsFarAsItExists(directory: string): string {
  const absolute = path.resolve(directory);
  for (const candidate of ancestorsOf(absolute)) {
    try {
      return path.join(realpathSync.native(candidate), path.relative(candidate, absolute));
    } catch {
      // not there, or not to be entered: what lies above it may be
    }
  }
  return absolute;
}
