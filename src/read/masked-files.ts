// What of a project the setting `mask` hides, and what matches and stays visible all the same, with the reason.

import { lstatSync, realpathSync, type BigIntStats } from 'node:fs';
import { path } from '../base/path.ts';
import { isInside, relativeInside } from '../base/paths.ts';
import type { MaskFacts, MaskedPath } from '../plan/mask-facts.ts';
import { entriesOf, isExample, kindOf, walkForMatches, type Match } from './mask-walk.ts';
import { exists } from './project-file.ts';
import { TrackedIndex } from './tracked-index.ts';

export interface MaskInput {
  /** Symlinks resolved. */
  root: string;
  patterns: readonly string[];
  /**
   * What earlier runs have not seen, by name below the root and by identity: a session can move the directory that it is in. It
   * can add a path to git's index as well, so that no longer counts for these.
   */
  hiddenBefore: ReadonlySet<string>;
  environment: Readonly<Partial<Record<string, string>>>;
}

/** What there is to hide now. Looks at names and at git's index, never into a file. */
export async function readMaskedFiles(input: MaskInput): Promise<MaskFacts> {
  const { root, patterns, environment } = input;
  const { matches, repositories, complete } = await walkForMatches(root, patterns);
  const index = new TrackedIndex(root, repositories, environment);
  const found: Found = {
    hidden: new Map(),
    visible: { tracked: new Set(), link: new Set(), name: new Set() },
    trackedSince: new Set(),
    names: new Map(),
  };
  const settled = matches.flatMap((match) => followLink(root, match, found));
  await index.ask(settled.map(({ relative }) => relative));
  for (const match of settled) await settle(match, { ...input, index, found });
  return {
    hidden: [...found.hidden.values()].filter(({ path: file }) => !isCovered(file, found.hidden)),
    visible: {
      tracked: [...found.visible.tracked],
      link: [...found.visible.link],
      name: [...found.visible.name],
    },
    trackedSince: [...found.trackedSince],
    linked: linkedIn(found),
    gitSilent: index.silent,
    incomplete: !complete,
  };
}

interface Found {
  /** By the path on the host. */
  hidden: Map<string, MaskedPath>;
  visible: Record<keyof MaskFacts['visible'], Set<string>>;
  trackedSince: Set<string>;
  /** Of hidden files with several names: how many there are, by identity. */
  names: Map<string, number>;
}

interface Work extends MaskInput {
  index: TrackedIndex;
  found: Found;
}

/**
 * A link cannot be covered: the engine would follow it inside, and cover whatever lies there. So what it leads to is, where that is
 * in the project, or in another directory that the run sees (the plan knows). Other names of one file (hard links) are files of
 * their own to everybody.
 */
function followLink(root: string, match: Match, found: Found): readonly [] | readonly [Match] {
  if (match.kind !== 'link') return [match];
  const file = path.join(root, match.relative);
  try {
    const target = realpathSync.native(file);
    const kind = lstatSync(target).isDirectory() ? 'directory' : 'file';
    if (isExample(path.basename(target), kind)) return [];
    const isOwn = isInside(root, target) || target.split('/').includes('.git');
    const relative = relativeInside(target, root);
    if (isOwn) found.visible.link.add(match.relative);
    else if (relative === undefined) hide({ file: target, name: target, kind }, match, found);
    else return [{ ...match, relative, kind }];
  } catch {
    // It leads nowhere.
  }
  return [];
}

/** A masked file that git tracks would be committed empty; a directory with such a file is hidden piece by piece. */
async function settle(match: Match, work: Work): Promise<void> {
  const { root, index, found, hiddenBefore } = work;
  const { relative, kind, pattern } = match;
  const tracked = index.isTracked(relative);
  const before = tracked !== 'no' && wasHidden(root, relative, hiddenBefore);
  if (before) found.trackedSince.add(relative);
  if (tracked === 'no' || before) {
    hide({ file: path.join(root, relative), name: relative, kind }, match, found);
    return;
  }
  if (kind !== 'directory') {
    found.visible.tracked.add(relative);
    return;
  }
  if (exists(path.join(root, relative, '.git'))) await index.enter(relative);
  for (const entry of entriesOf(path.join(root, relative))) {
    const child = { relative: `${relative}/${entry.name}`, kind: kindOf(entry), pattern };
    if (entry.name === '.git' || isExample(entry.name, child.kind)) continue;
    const [one] = followLink(root, child, found);
    if (one !== undefined && child.kind === 'link') await index.ask([one.relative]);
    if (one !== undefined) await settle(one, work);
  }
}

function hide(
  { file, name, kind }: { file: string; name: string; kind: Match['kind'] },
  { pattern }: Match,
  { hidden, visible, names }: Found,
): void {
  const stats = look(file);
  if (stats !== undefined) {
    const identity = identityOf(stats);
    hidden.set(file, {
      ...{ path: file, name, pattern, identity },
      kind: kind === 'directory' ? 'directory' : 'file',
    });
    if (stats.isFile() && stats.nlink > 1n) names.set(identity, Number(stats.nlink));
  }
  // A name that is no UTF-8 can be said neither here nor to the engine. All else that is not there was just removed.
  else if (name.includes('\uFFFD')) visible.name.add(name);
}

const look = (file: string): BigIntStats | undefined =>
  lstatSync(file, { bigint: true, throwIfNoEntry: false });

const identityOf = ({ dev, ino, birthtimeNs }: BigIntStats): string =>
  `${dev}:${ino}:${birthtimeNs}`;

/** Hidden files of which not every name is. */
function linkedIn({ hidden, names }: Found): readonly string[] {
  const all = [...hidden.values()];
  return all
    .filter(({ identity }) => {
      const count = names.get(identity);
      return count !== undefined && all.filter((one) => one.identity === identity).length < count;
    })
    .map(({ name }) => name);
}

/** Itself, or a directory that it is in. */
function wasHidden(root: string, relative: string, before: ReadonlySet<string>): boolean {
  if (before.size === 0) return false;
  return [relative, ...parentsOf(relative)].some((one) => {
    if (before.has(one)) return true;
    const stats = look(path.join(root, one));
    return stats !== undefined && before.has(identityOf(stats));
  });
}

/** `a/b/c` -> `a/b`, `a`. */
function parentsOf(relative: string): readonly string[] {
  const parent = path.dirname(relative);
  return parent === '.' || parent === '/' ? [] : [parent, ...parentsOf(parent)];
}

const isCovered = (file: string, hidden: ReadonlyMap<string, MaskedPath>): boolean =>
  parentsOf(file).some((parent) => hidden.has(parent));
