// What a look has found to compare: files by name, those of a directory, and what links among them lead to in the project.

import { isOddName } from '../base/byte-names.ts';
import { path } from '../base/path.ts';
import { isBelow, relativeInside } from '../base/paths.ts';
import { within } from '../host/foreign-files.ts';
import type { ExecutableKind, SeenFile } from '../plan/executable-files.ts';
import type { LookBounds } from './look-bounds.ts';
import { realPathOf } from './project-file.ts';
import { changeOf, readSeenFile } from './seen-file.ts';

/** Files that are listed; whoever makes more of them wants others not to be seen. */
const mostFiles = 5000;

/** Bytes of texts that are kept of all files together. */
const mostText = 2 * 1024 ** 2;

export class SeenFiles {
  readonly files: Record<string, SeenFile> = Object.create(null) as Record<string, SeenFile>;
  private readonly trees = new Set<string>();
  private count = 0;
  private texts = 0;

  constructor(
    private readonly root: string,
    readonly bounds: LookBounds,
  ) {}

  isOver(): boolean {
    if (this.count >= mostFiles) this.bounds.leaveOut();
    return this.count >= mostFiles || this.bounds.isOver();
  }

  /** @param since when what makes it run has last changed: the directory of such a name, for one. Milliseconds, as `touched` */
  add(file: string, kind: ExecutableKind, since = 0): void {
    const name = this.nameOf(file);
    if (name in this.files || this.isOver()) return;
    const found = readSeenFile(file, kind);
    this.put(name, found, since);
    // A link below .git says where git writes: that is not run.
    if (found?.print.startsWith('link ') !== true || kind === 'repository') return;
    const target = this.targetOf(file);
    if (target !== undefined) this.add(target, kind, since);
  }

  /** A pointer that says what it always does is nothing to speak of. */
  addUnless(usual: readonly string[], file: string, kind: ExecutableKind): void {
    const text = readSeenFile(file, kind)?.text?.trim() ?? '';
    if (!usual.includes(text)) this.add(file, kind);
  }

  /** All files of a directory. Git’s own examples do not run as long as they are called that. */
  addTree(directory: string, kind: ExecutableKind, since = changeOf(directory)): void {
    if (this.trees.has(directory) || this.isOver()) return;
    this.trees.add(directory);
    if (realPathOf(directory) !== directory) {
      this.add(directory, kind, since);
      const target = this.targetOf(directory);
      if (target !== undefined) this.addTree(target, kind, since);
      return;
    }
    for (const { name, isDirectory } of this.bounds.entries(directory))
      if (isDirectory) this.addTree(`${directory}/${name}`, kind, since);
      else if (!name.endsWith('.sample')) this.add(`${directory}/${name}`, kind, since);
  }

  /** A file that the look has not come to, if it is still there and no link leads to it. */
  lookAgain(name: string, kind: ExecutableKind): void {
    if (name in this.files) return;
    const whole = path.resolve(this.root, name);
    if (isOddName(name)) {
      if (realPathOf(path.dirname(whole)) === path.dirname(whole))
        this.put(name, readSeenFile(whole, kind), 0);
      return;
    }
    try {
      const [base, below] = path.isAbsolute(name) ? ['/', name.slice(1)] : [this.root, name];
      within(base, below, (file) => {
        this.put(name, readSeenFile(file, kind, whole), 0);
      });
    } catch {
      // A link, or a file, where its directory was.
    }
  }

  /** What a link leads to: only what is in the project can be changed by a session. */
  private targetOf(link: string): string | undefined {
    const target = realPathOf(link);
    return target !== undefined && isBelow(target, this.root) ? target : undefined;
  }

  private put(name: string, found: SeenFile | undefined, since: number): void {
    if (found === undefined) return;
    this.count++;
    this.texts += found.text?.length ?? 0;
    const { text, ...rest } = found;
    const touched = Math.max(found.touched, since);
    if (text !== undefined && this.texts > mostText) {
      this.texts -= text.length;
      this.files[name] = { ...rest, touched };
    } else this.files[name] = { ...found, touched };
  }

  private nameOf(file: string): string {
    return relativeInside(file, this.root) || file;
  }
}
