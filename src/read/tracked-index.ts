// What git tracks in a project with all its repositories: its own, submodules, and those that merely lie in it.

import { path } from '../base/path.ts';
import { readTracked } from './tracked-files.ts';

/** Paths are relative to the root, which is `''`. */
export class TrackedIndex {
  /** Git could not be asked about some of it. */
  silent = false;
  readonly #tracked = new Set<string>();
  /** Directories that hold something tracked. */
  readonly #holding = new Set<string>();
  readonly #root: string;
  readonly #repositories: Set<string>;
  readonly #environment: Readonly<Partial<Record<string, string>>>;

  constructor(
    root: string,
    repositories: ReadonlySet<string>,
    environment: Readonly<Partial<Record<string, string>>>,
  ) {
    this.#root = root;
    this.#repositories = new Set(repositories);
    this.#environment = environment;
  }

  /** Asks git about these; each repository once. */
  async ask(paths: readonly string[]): Promise<void> {
    const wanted = new Map<string, string[]>();
    for (const one of paths) {
      const top = aboveOf(one).find((directory) => this.#repositories.has(directory));
      if (top === undefined) continue;
      const ofTop = wanted.get(top);
      if (ofTop) ofTop.push(one);
      else wanted.set(top, [one]);
    }
    for (const [top, ofTop] of wanted)
      if (!(await this.#read(top, ofTop)) && !(await this.#askAround(top, ofTop)))
        this.silent = true;
  }

  /** A submodule that is entered only now. */
  async enter(top: string): Promise<void> {
    this.#repositories.add(top);
    if (!(await this.#read(top, [top]))) this.silent = true;
  }

  isTracked(one: string): 'no' | 'file' | 'in it' {
    if (this.#tracked.has(one)) return 'file';
    return this.#holding.has(one) ? 'in it' : 'no';
  }

  /** A `.git` that is no repository leaves its files to the one around it. */
  async #askAround(broken: string, paths: readonly string[]): Promise<boolean> {
    if (broken === '') return false;
    const top = aboveOf(broken).find((directory) => this.#repositories.has(directory));
    return top !== undefined && ((await this.#read(top, paths)) || this.#askAround(top, paths));
  }

  async #read(top: string, paths: readonly string[]): Promise<boolean> {
    const files = await readTracked(
      path.join(this.#root, top),
      paths.map((one) => path.relative(top, one)),
      this.#environment,
    );
    for (const file of files ?? []) {
      const tracked = top === '' ? file : `${top}/${file}`;
      this.#tracked.add(tracked);
      for (const directory of aboveOf(tracked)) {
        if (this.#holding.has(directory)) break;
        this.#holding.add(directory);
      }
    }
    return files !== undefined;
  }
}

/** `a/b/c` -> `a/b`, `a`, ``: what a path lies in, innermost first. */
function aboveOf(one: string): readonly string[] {
  const parent = path.dirname(one);
  return parent === '.' ? [''] : [parent, ...aboveOf(parent)];
}
