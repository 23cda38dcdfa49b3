// Finds the directories of a project of which the container is to have its own: by their names, and by what makes them.

import { lstatSync, readdirSync } from 'node:fs';
import { isOddName } from '../base/byte-names.ts';
import { systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { isInside } from '../base/paths.ts';
import { statWithoutLinks } from '../host/linkless.ts';
import { isPassedOver } from '../plan/executable-files.ts';
import type { OverlayLeft } from '../plan/overlay-facts.ts';
import { LookBounds, type Entry } from './look-bounds.ts';
import { exists } from './project-file.ts';
import { TrackedIndex } from './tracked-index.ts';

export interface OverlayLook {
  /** Symlinks resolved. */
  root: string;
  /** Where the run starts: root or below. */
  directory: string;
  /** As the setting has them. */
  names: readonly string[];
  /** Nobody has asked for them. */
  byDefault: boolean;
  environment: Readonly<Partial<Record<string, string>>>;
  /** Entries of directories, and milliseconds, after which the look ends. */
  most?: number;
  time?: number;
}

/** One that may become an overlay. */
export interface FoundPlace {
  /** Below the root, with `/`. */
  relative: string;
  path: string;
  isThere: boolean;
  isEmpty: boolean;
}

export interface FoundOverlays {
  /** Outermost first. */
  places: readonly FoundPlace[];
  left: Readonly<Record<OverlayLeft, readonly string[]>>;
  /** What fills `node_modules`, as a command. */
  install: string;
  complete: boolean;
}

/** What beside a directory says that it is made there, or will be. */
const makers: Partial<Record<string, readonly string[]>> = {
  node_modules: ['package.json'],
  '.venv': ['pyproject.toml', 'requirements.txt', 'setup.py', 'uv.lock'],
  venv: ['pyproject.toml', 'requirements.txt', 'setup.py'],
  target: ['Cargo.toml'],
};

/** Words that people use for other things, too: unasked, one counts only where something says that it is made. */
const ambiguous: readonly string[] = ['target'];

const installers: readonly (readonly [string, string])[] = [
  ['pnpm-lock.yaml', 'pnpm install'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun install'],
  ['bun.lockb', 'bun install'],
  ['package-lock.json', 'npm ci'],
];

/** Looks at names and at git's index. No link is followed. */
export async function findOverlays(look: OverlayLook): Promise<FoundOverlays> {
  const { root, directory, names, environment, most = 100_000, time = 1000 } = look;
  const found: Found = {
    places: new Map(),
    left: { link: [], file: [], tracked: [], silent: [], directory: [], parent: [] },
    unmade: new Set(),
    repositories: new Set(),
  };
  const paths = names.filter((name) => name.includes('/')).map((name) => name.replace(/^\.\//, ''));
  for (const relative of paths) addPath(root, relative, found);
  const bounds = new LookBounds(most, time);
  const plain = names.filter((name) => !name.includes('/'));
  if (plain.length > 0) walk(look, plain, { found, bounds, closed: new Set(paths) });
  const outer = withoutInner([...found.places.values()]);
  // The walk does not go to places that are named as such.
  for (const { relative } of outer) addRepositories(root, relative, found);
  const index = new TrackedIndex(root, found.repositories, environment);
  await index.ask(outer.filter(({ isThere }) => isThere).map(({ relative }) => relative));
  const places = outer.filter((place) => {
    const { relative } = place;
    const isSure = !found.unmade.has(relative) && !paths.includes(relative);
    const why = reasonToLeave(place, { directory, index, isSure });
    // Nobody takes a directory of that name for one of these, where nothing makes it.
    if (why !== undefined && !(why === 'tracked' && found.unmade.has(relative)))
      found.left[why].push(relative);
    return why === undefined;
  });
  return {
    places,
    left: sorted(found.left),
    install: installers.find(([lock]) => exists(path.join(root, lock)))?.[1] ?? 'npm install',
    complete: bounds.complete,
  };
}

/** Inside, git would take tracked files that nobody sees for deleted. */
function reasonToLeave(
  { path: place, relative, isThere, isEmpty }: FoundPlace,
  { directory, index, isSure }: { directory: string; index: TrackedIndex; isSure: boolean },
): OverlayLeft | undefined {
  if (isInside(directory, place)) return 'directory';
  if (index.isTracked(relative) !== 'no') return 'tracked';
  // Nobody tracks what a manifest beside it makes; else it takes git's word.
  return index.silent && !isSure && isThere && !isEmpty ? 'silent' : undefined;
}

/** The repositories that a place lies in. */
function addRepositories(root: string, relative: string, { repositories }: Found): void {
  for (let above = path.dirname(relative); ; above = path.dirname(above)) {
    const one = above === '.' ? '' : above;
    if (exists(path.join(root, one, '.git'))) repositories.add(one);
    if (one === '') return;
  }
}

/** Directories come in any order; what is said is to be the same each time. */
const sorted = (left: Found['left']): Found['left'] => ({
  link: left.link.sort(),
  file: left.file.sort(),
  tracked: left.tracked.sort(),
  silent: left.silent.sort(),
  directory: left.directory.sort(),
  parent: left.parent.sort(),
});

interface Found {
  /** By the path below the root. */
  places: Map<string, FoundPlace>;
  left: Record<OverlayLeft, string[]>;
  /** Those with nothing beside them that makes them. */
  unmade: Set<string>;
  /** The directories that hold a `.git`. */
  repositories: Set<string>;
}

/** Exactly this one, step by step without links. */
function addPath(root: string, relative: string, { places, left }: Found): void {
  const place = path.join(root, relative);
  try {
    const stats = statWithoutLinks(place);
    if (stats === 'link') left.link.push(relative);
    else if (stats.isDirectory()) places.set(relative, foundAt(place, relative, true));
    else left.file.push(relative);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') left.parent.push(relative);
    else if (isDirectory(path.dirname(place)))
      places.set(relative, foundAt(place, relative, false));
    else left.parent.push(relative);
  }
}

function isDirectory(place: string): boolean {
  try {
    const stats = statWithoutLinks(place);
    return stats !== 'link' && stats.isDirectory();
  } catch {
    return false;
  }
}

interface Walk {
  found: Found;
  bounds: LookBounds;
  /** Not entered: they are the container's anyway. */
  closed: ReadonlySet<string>;
}

/** Breadth first, so that where it ends early it is the deepest that was not looked at. */
function walk(
  { root, byDefault }: OverlayLook,
  names: readonly string[],
  { found, bounds, closed }: Walk,
): void {
  const queue = [''];
  for (const directory of queue) {
    if (bounds.isOver()) return;
    const entries = bounds.entries(path.join(root, directory));
    const byName = new Map(entries.map((entry) => [entry.name, entry]));
    if (byName.has('.git')) found.repositories.add(directory);
    for (const name of names) {
      const made = makers[name]?.some((maker) => byName.has(maker)) ?? directory === '';
      const isMeant = made || !(byDefault && ambiguous.includes(name));
      if (isMeant) addName(root, below(directory, name), { entry: byName.get(name), made, found });
    }
    for (const { name, isDirectory: isEntered } of entries) {
      const relative = below(directory, name);
      if (!isEntered || isPassedOver(name) || name === '.git' || isOddName(name)) continue;
      if (!names.includes(name) && !closed.has(relative)) queue.push(relative);
    }
  }
}

const below = (directory: string, name: string): string =>
  directory === '' ? name : `${directory}/${name}`;

function addName(
  root: string,
  relative: string,
  { entry, made, found }: { entry: Entry | undefined; made: boolean; found: Found },
): void {
  const { places, left, unmade } = found;
  if (entry?.isLink) left.link.push(relative);
  else if (entry?.isDirectory) {
    if (!made) unmade.add(relative);
    places.set(relative, foundAt(path.join(root, relative), relative, true));
  } else if (!made) return;
  else if (entry) left.file.push(relative);
  else places.set(relative, foundAt(path.join(root, relative), relative, false));
}

const foundAt = (place: string, relative: string, isThere: boolean): FoundPlace => ({
  ...{ relative, path: place, isThere },
  isEmpty: !isThere || isEmptyDirectory(place),
});

function isEmptyDirectory(place: string): boolean {
  try {
    return lstatSync(place).isDirectory() && readdirSync(place).length === 0;
  } catch {
    return false;
  }
}

/** What lies in another is the container's own already. */
const withoutInner = (places: readonly FoundPlace[]): readonly FoundPlace[] =>
  places
    .filter((one) => !places.some((other) => other !== one && isInside(one.path, other.path)))
    .sort((a, b) => depth(a) - depth(b) || (a.relative < b.relative ? -1 : 1));

const depth = ({ relative }: FoundPlace): number => relative.split('/').length;
