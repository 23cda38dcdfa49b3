// What of a project’s repositories has to be read-only so that nothing in them makes this machine’s git run a program.

import { accessSync, constants, lstatSync, type Stats } from 'node:fs';
import { isOddName, systemPath } from '../base/byte-names.ts';
import { AiError } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { isBelow, isInside } from '../base/paths.ts';
import type { GitFacts } from '../plan/facts.ts';
import type { ProtectedPath } from '../plan/protect-facts.ts';
import { LookBounds } from './look-bounds.ts';
import { readProjectFile, realPathOf } from './project-file.ts';
import type { FoundRepository } from './repositories.ts';

export interface ProtectInput {
  root: string;
  /** False for another directory than the project, which the session can write in as well. */
  isProject: boolean;
  git: GitFacts | undefined;
  /** Every repository in the project, that of the root first. */
  repositories: readonly FoundRepository[];
  /** The user’s own core.hooksPath, where that is in the project. */
  hooksPath?: string | undefined;
  /** True for what another run of ai has made for its own protection, and will remove. */
  isOurs: (file: string) => boolean;
}

export interface ProtectedPaths {
  paths: readonly ProtectedPath[];
  /** Links, of repositories that merely lie in the project: nothing can be mounted on one. */
  links: readonly string[];
}

/** Each repository takes a handful of mounts. */
export const mostProtected = 30;

/**
 * Of a main worktree, a `commondir` that leads to itself: where there is none, a session could make one that leads elsewhere. Nobody
 * else writes it like this: whoever finds it knows that ai made it, also a run that knows nothing of the one that did.
 */
export const ownPointer = './.\n';

/** @throws AiError AI_PROTECT_LINK where a link stands in the place of what is to be protected in the project's own repository */
export function readProtectedPaths(input: ProtectInput): ProtectedPaths {
  const { root, git, repositories, hooksPath } = input;
  const found = new Map<string, ProtectedPath>();
  const links = new Set<string>();
  const add = (one: ProtectedPath | 'link' | undefined): void => {
    // An engine cannot be told a path that is no UTF-8.
    if (one === undefined || one === 'link' || isOddName(one.path)) return;
    if (!found.has(one.path)) found.set(one.path, one);
  };
  const isOwn = (directory: string): boolean =>
    git !== undefined && isInside(directory, git.commonDirectory);
  const ownPointers = new Set([
    root,
    ...repositories.filter((one) => isOwn(one.directory)).flatMap(({ tops }) => [...tops]),
  ]);
  for (const pointer of pointersOf(input))
    add(
      existing(
        ...([pointer, 'file', 'leads git to its repository'] as const),
        input.isProject && ownPointers.has(path.dirname(pointer)),
      ),
    );
  const alive = new Set(git?.siblings.map(({ id }) => `${git.commonDirectory}/worktrees/${id}`));
  // One that is gone from this host is for git to prune.
  const isAlive = (worktree: string): boolean =>
    worktree === git?.directory ||
    alive.has(worktree) ||
    !worktree.startsWith(`${git?.commonDirectory ?? ''}/`);
  for (const repository of repositories.slice(0, mostProtected)) {
    const { directory, configs, perWorktree } = repository;
    const worktrees = [...repository.worktrees].filter(isAlive);
    const own = isOwn(directory);
    const ofUser = directory === git?.commonDirectory ? hooksPath : undefined;
    const addHook = (one: ProtectedPath | 'link' | undefined): void => {
      add(typeof one === 'object' ? { ...one, ...inTree(one.path, repository) } : one);
    };
    for (const hooks of ofUser === undefined ? repository.hooks : [...repository.hooks, ofUser]) {
      addHook(
        existing(hooks, 'directory', 'git runs what is in it', own) ?? missing(hooks, 'directory'),
      );
      for (const target of targetsIn(hooks, root))
        addHook(existing(target, 'file', 'a hook of git’s', own));
    }
    for (const config of configs)
      add(
        existing(config, 'file', 'git runs what it names', own) ??
          // Among the user's files it would be committed; a session that makes it is reported.
          (isInside(config, directory) ? missing(config, 'file', '') : undefined),
      );
    // Of one that lies elsewhere nothing else can be changed.
    if (!configs.has(`${directory}/config`)) continue;
    if (perWorktree)
      for (const place of [directory, ...worktrees])
        add(worktreeConfigOf(place, own) ?? missing(`${place}/config.worktree`, 'file', ''));
    const pointer = `${directory}/commondir`;
    add(pointerOf(pointer, own) ?? missing(pointer, 'file', ownPointer));
    for (const worktree of worktrees)
      add(existing(`${worktree}/commondir`, 'file', 'leads git to its configuration', own));
  }
  return {
    paths: [...found.values()].filter(
      (one) => one.placeholder === undefined || canBeMade(one, found),
    ),
    links: [...links],
  };

  function missing(
    file: string,
    kind: ProtectedPath['kind'],
    text?: string,
  ): ProtectedPath | undefined {
    const placeholder = { ...(text !== undefined && { text }) };
    const reason = 'so that a session cannot make one';
    return { path: file, kind, placeholder, reason };
  }

  function existing(
    file: string,
    kind: ProtectedPath['kind'],
    reason: string,
    mustHold: boolean,
  ): ProtectedPath | 'link' | undefined {
    const stats = lookAt(file);
    if (stats === undefined) return undefined;
    const isRight = kind === 'file' ? stats.isFile() : stats.isDirectory();
    if (!isRight || realPathOf(file) !== file) {
      if (mustHold) throw new AiError('AI_PROTECT_LINK', { path: file });
      links.add(file);
      return 'link';
    }
    const isEmpty = kind === 'directory' ? entriesOf(file).length === 0 : stats.size === 0;
    return {
      ...{ path: file, kind, reason },
      ...(isEmpty && input.isOurs(file) && { placeholder: kind === 'file' ? { text: '' } : {} }),
    };
  }

  function worktreeConfigOf(place: string, own: boolean): ReturnType<typeof existing> {
    return existing(`${place}/config.worktree`, 'file', 'git runs what it names', own);
  }

  function pointerOf(file: string, own: boolean): ReturnType<typeof existing> {
    const one = existing(file, 'file', 'leads git to its configuration', own);
    const isMade = typeof one === 'object' && readProjectFile(file) === ownPointer;
    return isMade ? { ...one, placeholder: { text: ownPointer } } : one;
  }
}

/** Of what lies in a worktree, its top. */
function inTree(file: string, { directory, tops }: FoundRepository): Pick<ProtectedPath, 'inTree'> {
  const around = [...tops].filter((top) => isBelow(file, top)).sort((a, b) => b.length - a.length);
  return around[0] === undefined || isInside(file, directory) ? {} : { inTree: around[0] };
}

/** The `.git` files of worktrees and submodules; a link of that name is refused. */
function pointersOf({ root, git, repositories }: ProtectInput): readonly string[] {
  const tops = [root, ...repositories.flatMap(({ tops: all }) => [...all])];
  const inside = (git?.siblings ?? []).map(({ gitFile }) => gitFile);
  const files = [
    ...tops.map((top) => `${top}/.git`),
    ...inside.filter((one) => isBelow(one, root)),
  ];
  return [...new Set(files)].filter((file) => {
    const stats = lookAt(file);
    return stats !== undefined && !stats.isDirectory();
  });
}

/** Hooks are often links to scripts of the project: these are run, too. */
const targetsIn = (hooks: string, root: string): readonly string[] =>
  entriesOf(hooks)
    .filter(({ isLink }) => isLink)
    .flatMap(({ name }) => realPathOf(`${hooks}/${name}`) ?? [])
    .filter((target) => isBelow(target, root) && lookAt(target)?.isFile() === true);

/** Nobody has more hooks, or waits longer for them. */
const entriesOf = (directory: string): ReturnType<LookBounds['entries']> =>
  new LookBounds(1000, 1000).entries(directory);

/** Where this user cannot make it, neither can the session. What is not in a directory that is there is no repository’s. */
function canBeMade({ path: file }: ProtectedPath, found: ReadonlyMap<string, unknown>): boolean {
  const parent = path.dirname(file);
  if ([...found.keys()].some((other) => isInside(parent, other))) return false;
  if (lookAt(file) !== undefined) return true;
  try {
    accessSync(parent, constants.W_OK);
    return lookAt(parent)?.isDirectory() === true;
  } catch {
    return false;
  }
}

function lookAt(file: string): Stats | undefined {
  try {
    return lstatSync(systemPath(file), { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
