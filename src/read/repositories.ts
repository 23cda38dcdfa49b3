// Follows what leads git to a repository, and looks there for all that makes it run programs: configuration, hooks, pointers.

import { lastGitValue } from '../base/git-config.ts';
import { path } from '../base/path.ts';
import { isInside } from '../base/paths.ts';
import { linksIn, submodulesIn, worktreesIn } from './git-insides.ts';
import {
  entriesOf,
  isSetIn,
  pathsIn,
  programWordsOf,
  readGitConfiguration,
  type GitConfiguration,
  type KnownEntries,
} from './git-config-files.ts';
import { readCommonDirectory, readLinkedWorktree, readPointer } from './git-pointers.ts';
import { gitlinksOf } from './gitlinks.ts';
import { realPathOf } from './project-file.ts';
import type { ExecutableKind } from '../plan/executable-files.ts';
import { changeOf } from './seen-file.ts';
import type { SeenFiles } from './seen-files.ts';

/** One repository with its worktrees. Listed is only what a session can change. */
export interface FoundRepository {
  /** The git directory that its worktrees share, absolute, symlinks resolved. */
  directory: string;
  /** Where its worktrees are. */
  tops: ReadonlySet<string>;
  /** Configurations that git reads, itself or by an include; whether they exist or not. */
  configs: ReadonlySet<string>;
  /** Directories whose files it runs. */
  hooks: ReadonlySet<string>;
  /** Other git directories that share this one: those of linked worktrees. */
  worktrees: ReadonlySet<string>;
  /** `extensions.worktreeConfig`: a file config.worktree counts, here and in each worktree. */
  perWorktree: boolean;
}

interface Growing extends FoundRepository {
  tops: Set<string>;
  configs: Set<string>;
  hooks: Set<string>;
  worktrees: Set<string>;
}

/** The second is what ai itself writes there (protect: readonly). */
const ownPointers = ['.', './.'];

export class Repositories {
  private readonly found = new Map<string, Growing>();
  private readonly done = new Set<string>();
  private readonly directories = new Set<string>();
  private readonly entries: KnownEntries = new Map();

  /** @param within only what lies in here can be changed by a session */
  constructor(
    private readonly seen: SeenFiles,
    private readonly within: readonly string[],
  ) {}

  list(): readonly FoundRepository[] {
    return [...this.found.values()].filter(
      ({ directory, hooks }) => this.isReachable(directory) || hooks.size > 0,
    );
  }

  /** What `.git` in a directory leads to: itself, or by a link or the text of a file to another place. */
  addGit(top: string): void {
    this.seen.add(`${top}/.git`, 'repository');
    const pointer = readPointer(top);
    const directory = pointer && realPathOf(path.resolve(top, pointer));
    if (directory) this.addDirectory(directory, top);
  }

  /** @param top the directory that its worktree is in, if it has one: relative paths of its configuration count from there */
  addDirectory(directory: string, top?: string): void {
    const key = `${directory}\0${top ?? ''}`;
    if (this.done.has(key) || this.seen.isOver()) return;
    this.done.add(key);
    const common = readCommonDirectory(directory) ?? directory;
    const configuration = readGitConfiguration(
      [`${common}/config`, `${common}/config.worktree`, `${directory}/config.worktree`].slice(
        0,
        common === directory ? 2 : 3,
      ),
      this.entries,
    );
    if (!configuration.complete) this.seen.bounds.leaveOut();
    const tops = [
      ...(top === undefined ? [] : [top]),
      ...pathsIn(configuration, 'core.worktree', directory).map((one) => realPathOf(one) ?? one),
    ];
    const repository = this.repositoryAt(common);
    if (isSetIn(configuration, 'extensions.worktreeconfig')) repository.perWorktree = true;
    if (directory !== common && this.isReachable(directory)) repository.worktrees.add(directory);
    for (const one of tops) if (this.isReachable(one)) repository.tops.add(one);
    this.addConfiguration(repository, configuration, tops.length > 0 ? tops : [directory]);
    this.addInside(directory, common);
    this.addInside(common, common);
    for (const one of tops) if (this.isReachable(one)) this.addLinked(directory, common, one);
  }

  /** After all else, as there may be many names of branches: links inside, through which git would write elsewhere. */
  addLinks(): void {
    for (const directory of this.directories)
      for (const link of linksIn(directory, this.seen.bounds)) this.seen.add(link, 'repository');
  }

  private repositoryAt(common: string): Growing {
    const known = this.found.get(common) ?? {
      ...{ directory: common, perWorktree: false },
      ...{ tops: new Set(), configs: new Set(), worktrees: new Set() },
      hooks: new Set(this.isReachable(common) ? [`${common}/hooks`] : []),
    };
    this.found.set(common, known);
    return known;
  }

  private addConfiguration(
    { directory: common, configs, hooks }: Growing,
    configuration: GitConfiguration,
    tops: readonly string[],
  ): void {
    const since = changeOf(common);
    for (const file of configuration.files) {
      this.addFile(file, 'git config', since);
      // Only some repositories have one: it is not made where it is missing.
      if (this.isReachable(file) && path.basename(file) !== 'config.worktree') configs.add(file);
    }
    this.addFile(`${common}/info/attributes`, 'git config', since);
    for (const top of tops)
      for (const place of pathsIn(configuration, 'core.hookspath', top))
        if (this.isReachable(place)) hooks.add(place);
    for (const place of hooks) this.seen.addTree(place, 'git hook');
    for (const word of programWordsOf(configuration))
      for (const top of tops) this.addFile(path.resolve(top, word), 'git hook');
  }

  /** What is in a git directory: that of a whole repository, or that of one worktree. */
  private addInside(directory: string, common: string): void {
    if (this.directories.has(directory) || !this.isReachable(directory)) return;
    this.directories.add(directory);
    const isLinked = path.dirname(directory) === `${common}/worktrees`;
    const usual = isLinked ? ['../..'] : ownPointers;
    this.seen.addUnless(usual, `${directory}/commondir`, 'git config');
    this.seen.add(`${directory}/rebase-merge/git-rebase-todo`, 'repository');
    for (const module of submodulesIn(directory, this.seen.bounds)) this.addDirectory(module);
    for (const worktree of worktreesIn(directory, this.seen.bounds)) {
      const gitFile = readLinkedWorktree(worktree)?.gitFile;
      if (gitFile !== undefined && this.isReachable(gitFile)) this.addGit(path.dirname(gitFile));
      else this.addDirectory(worktree);
    }
  }

  /** Wherever they are, also where nothing else is looked for. */
  private addLinked(directory: string, common: string, top: string): void {
    const { links, complete } = gitlinksOf(directory, top, this.hashBytesOf(common));
    if (!complete) this.seen.bounds.leaveOut();
    for (const link of links) if (realPathOf(link) === link) this.addGit(link);
  }

  /** A file of the configuration, where it really is. */
  private addFile(named: string, kind: ExecutableKind, since = 0): void {
    const directory = realPathOf(path.dirname(named));
    if (directory === undefined) return;
    const file = path.join(directory, path.basename(named));
    if (this.isReachable(file)) this.seen.add(file, kind, since);
  }

  /** Of an object’s name: what git asks only the repository’s own configuration. */
  private hashBytesOf(common: string): 20 | 32 {
    const entries = entriesOf(`${common}/config`, this.entries);
    return lastGitValue(entries, 'extensions.objectformat') === 'sha256' ? 32 : 20;
  }

  private isReachable(file: string): boolean {
    return this.within.some((place) => isInside(file, place));
  }
}
