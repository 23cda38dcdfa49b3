// What of a git directory makes git run programs: its hooks and configuration, and where these are said to be instead.

import { readdirSync, type Dirent } from 'node:fs';
import path from 'node:path';
import {
  isGitTrue,
  lastGitValue,
  parseGitConfig,
  type GitConfigEntry,
} from '../base/git-config.ts';
import { isInside } from '../base/paths.ts';
import { exists, largestManifest, readProjectFile } from './project-file.ts';

export interface GitPrograms {
  /** The git directory, absolute. */
  directory: string;
  /** Configurations that it reads, itself or by an include; whether they exist or not. */
  configs: readonly string[];
  /** Directories whose files it runs. */
  hooks: readonly string[];
  /** Files that lead git from here to the configuration of somewhere else. */
  pointers: readonly string[];
  /** Administrative directories of linked worktrees. */
  worktrees: readonly string[];
  /** `extensions.worktreeConfig`: a file config.worktree counts, here and in each worktree. */
  perWorktree: boolean;
  /** Of an object's name. */
  hashBytes: 20 | 32;
}

/**
 * @param top the directory that its worktree is in, where it has one: a relative core.hooksPath counts from there
 * @param within only what lies in here can be changed by a session
 */
export function readGitPrograms(
  directory: string,
  top: string | undefined,
  within: readonly string[],
): GitPrograms {
  const reachable = (file: string): boolean => within.some((place) => isInside(file, place));
  const config = `${directory}/config`;
  const entries = parseGitConfig(readProjectFile(config, largestManifest) ?? '');
  const hooksPath = lastGitValue(entries, 'core.hookspath');
  const perWorktree = isGitTrue(lastGitValue(entries, 'extensions.worktreeconfig'));
  const named =
    typeof hooksPath === 'string' && hooksPath !== '' && !hooksPath.startsWith('~')
      ? [path.resolve(top ?? directory, hooksPath)]
      : [];
  const worktrees = entriesOf(`${directory}/worktrees`)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${directory}/worktrees/${name}`);
  return {
    directory,
    configs: [config, ...includesOf(entries, directory).filter(reachable)],
    hooks: [`${directory}/hooks`, ...named.filter(reachable)],
    pointers: [`${directory}/commondir`],
    worktrees,
    perWorktree,
    hashBytes: lastGitValue(entries, 'extensions.objectformat') === 'sha256' ? 32 : 20,
  };
}

/** `include.path` and `includeIf.*.path` (git-config(1)): relative ones count from the directory of the file. */
const includesOf = (entries: readonly GitConfigEntry[], directory: string): readonly string[] =>
  entries.flatMap(({ section, key, value }) =>
    ['include', 'includeif'].includes(section) &&
    key === 'path' &&
    typeof value === 'string' &&
    value !== '' &&
    !value.startsWith('~')
      ? [path.resolve(directory, value)]
      : [],
  );

/** Directories that are looked at for submodules; their names may hold slashes. */
const mostPlaces = 5000;

/** Git directories of submodules, below `modules` of another; they may have such themselves. */
export function submodulesOf(directory: string): readonly string[] {
  const found: string[] = [];
  const queue = [`${directory}/modules`];
  for (const place of queue)
    for (const entry of entriesOf(place)) {
      if (!entry.isDirectory() || queue.length >= mostPlaces) continue;
      const below = `${place}/${entry.name}`;
      const isRepository = exists(`${below}/HEAD`);
      if (isRepository) found.push(below);
      queue.push(isRepository ? `${below}/modules` : below);
    }
  return found;
}

export function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
