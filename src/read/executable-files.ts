// Looks for all that this machine runs of a project sooner or later. Nothing is followed, and there is an end to it.

import path from 'node:path';
import { isBelow, relativeInside } from '../base/paths.ts';
import { within } from '../host/foreign-files.ts';
import {
  isPassedOver,
  kindOfFile,
  kindOfTree,
  type ExecutableFiles,
  type ExecutableKind,
  type SeenFile,
} from '../plan/executable-files.ts';
import { entriesOf, readGitPrograms, submodulesOf } from './git-programs.ts';
import { realPathOf } from './project-file.ts';
import { gitlinksOf } from './gitlinks.ts';
import { readSeenFile } from './seen-file.ts';

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
  /** Every repository in the project: its git directory, and the top of its worktree where that is known. */
  repositories: readonly { directory: string; top?: string }[];
}

/** Files that are listed; whoever makes more of them wants others not to be seen. */
const mostFiles = 5000;

/** Bytes of texts that are kept of all files together. */
const mostText = 2 * 1024 ** 2;

const commonPointer = ['../..'];

/** The second is what ai itself writes there (protect: readonly). */
const ownPointers = ['.', './.'];

/** @param known files that an earlier look has found, so that none of them counts as gone unless it is */
export function lookForExecutables(
  look: ExecutableLook,
  known: ExecutableFiles['files'] = {},
): ExecutablesFound {
  const search = new Search(look);
  search.walk();
  for (const [name, { kind }] of Object.entries(known)) search.lookAgain(name, kind);
  return search.result();
}

class Search {
  private readonly taken = Date.now();
  private readonly end: number;
  private seen = 0;
  private texts = 0;
  private complete = true;
  private count = 0;
  private readonly files: Record<string, SeenFile> = Object.create(null) as Record<
    string,
    SeenFile
  >;
  private readonly repositories = new Map<string, { directory: string; top?: string }>();

  constructor(private readonly input: ExecutableLook) {
    this.end = performance.now() + input.time;
  }

  result(): ExecutablesFound {
    const { taken, complete, files } = this;
    return { taken, complete, files: { ...files }, repositories: [...this.repositories.values()] };
  }

  /** Breadth first, so that where it ends early it is the deepest that was not looked at. */
  walk(): void {
    const { root, commonDirectory, gitDirectory, hooksPath } = this.input;
    if (commonDirectory !== undefined) this.addRepository(commonDirectory, root, gitDirectory);
    if (hooksPath !== undefined && isBelow(hooksPath, root)) this.addTree(hooksPath, 'git hook');
    const queue: { directory: string; kind?: ExecutableKind | undefined }[] = [{ directory: root }];
    for (const { directory, kind } of queue) {
      if (this.isOver()) return;
      const parent = path.basename(directory);
      const entries = this.entries(directory);
      const isBare = isBareRepository(entries.map(({ name }) => name));
      if (isBare && (parent !== '.git' || directory === root)) this.addRepository(directory);
      for (const entry of entries) {
        const { name } = entry;
        const place = `${directory}/${name}`;
        if (name === '.git') this.addGit(directory, entry.isDirectory());
        else if (entry.isDirectory()) {
          const ofTree = kind ?? kindOfTree(parent, name);
          if (isPassedOver(name) || (isBare && bareParts.has(name))) continue;
          queue.push({ directory: place, kind: ofTree });
        } else {
          // Of what all of a tree is, a link in its place is, too.
          const ofFile =
            kind ??
            kindOfFile(parent, name) ??
            (entry.isSymbolicLink() ? kindOfTree(parent, name) : undefined);
          if (ofFile !== undefined) this.add(place, ofFile);
        }
      }
    }
  }

  /** A file that the walk has not come to, if it is still there and no link leads to it. */
  lookAgain(name: string, kind: ExecutableKind): void {
    if (name in this.files) return;
    try {
      const [base, below] = path.isAbsolute(name) ? ['/', name.slice(1)] : [this.input.root, name];
      within(base, below, (file) => {
        this.put(name, readSeenFile(file, kind));
      });
    } catch {
      // A link, or a file, where its directory was.
    }
  }

  private addGit(top: string, isDirectory: boolean): void {
    if (isDirectory) this.addRepository(`${top}/.git`, top);
    else {
      this.add(`${top}/.git`, 'repository');
      const real = realPathOf(`${top}/.git`);
      // A link to a directory is a repository like another, if it is the project’s.
      if (real !== undefined && real !== `${top}/.git` && isBelow(real, this.input.root))
        this.addRepository(real, top);
    }
  }

  private addRepository(directory: string, top?: string, ofWorktree = directory): void {
    if (this.repositories.has(directory) || this.isOver()) return;
    this.repositories.set(directory, { directory, ...(top !== undefined && { top }) });
    const { root, commonDirectory = root } = this.input;
    const found = readGitPrograms(directory, top, [root, commonDirectory]);
    for (const file of found.configs) this.add(file, 'git config');
    this.add(`${directory}/config.worktree`, 'git config');
    this.add(`${directory}/info/attributes`, 'git config');
    for (const file of found.pointers) this.addUnless(ownPointers, file);
    for (const worktree of found.worktrees) {
      this.addUnless(commonPointer, `${worktree}/commondir`);
      this.add(`${worktree}/config.worktree`, 'git config');
    }
    for (const hooks of found.hooks) this.addTree(hooks, 'git hook');
    for (const module of submodulesOf(directory)) this.addRepository(module);
    if (top === undefined) return;
    for (const link of gitlinksOf(ofWorktree, top, found.hashBytes)) this.addLinked(link);
  }

  /** Wherever it is, also where nothing else is looked for. */
  private addLinked(top: string): void {
    if (realPathOf(top) !== top) return;
    const git = entriesOf(top).find(({ name }) => name === '.git');
    if (git !== undefined) this.addGit(top, git.isDirectory());
  }

  /** A pointer that says what it always does is nothing to speak of. */
  private addUnless(usual: readonly string[], file: string): void {
    const found = readSeenFile(file, 'git config');
    if (!usual.includes(found?.text?.trim() ?? '')) this.put(this.nameOf(file), found);
  }

  /** All files of a directory. Git’s own examples do not run as long as they are called that. */
  private addTree(directory: string, kind: ExecutableKind, depth = 0): void {
    if (realPathOf(directory) !== directory) {
      this.add(directory, kind);
      return;
    }
    for (const entry of this.entries(directory)) {
      const place = `${directory}/${entry.name}`;
      if (entry.isDirectory()) {
        if (depth < 3) this.addTree(place, kind, depth + 1);
      } else if (!entry.name.endsWith('.sample')) {
        this.add(place, kind);
        const target = entry.isSymbolicLink() ? realPathOf(place) : undefined;
        if (target !== undefined && isBelow(target, this.input.root)) this.add(target, kind);
      }
    }
  }

  private add(file: string, kind: ExecutableKind): void {
    const name = this.nameOf(file);
    if (name in this.files || this.isOver()) return;
    this.put(name, readSeenFile(file, kind));
  }

  private put(name: string, found: SeenFile | undefined): void {
    if (found === undefined) return;
    this.count++;
    this.texts += found.text?.length ?? 0;
    if (found.text !== undefined && this.texts > mostText) {
      const { text, ...rest } = found;
      this.texts -= text.length;
      this.files[name] = rest;
    } else this.files[name] = found;
  }

  private entries(directory: string): ReturnType<typeof entriesOf> {
    const found = entriesOf(directory);
    this.seen += found.length;
    return found;
  }

  private isOver(): boolean {
    const isOver =
      this.seen > this.input.most || this.count >= mostFiles || performance.now() > this.end;
    if (isOver) this.complete = false;
    return isOver;
  }

  private nameOf(file: string): string {
    return relativeInside(file, this.input.root) || file;
  }
}

const bareParts = new Set(['objects', 'refs', 'logs', 'hooks', 'info', 'modules', 'worktrees']);

/** Git takes a directory for a repository by these (setup.c, is_git_directory), wherever it comes to one. */
const isBareRepository = (names: readonly string[]): boolean =>
  ['HEAD', 'objects', 'refs'].every((name) => names.includes(name));
