// What of a project the setting `mask` hides, and what matches and stays visible all the same, with the reason.

import { lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { isInside, relativeInside } from '../base/paths.ts';
import type { MaskFacts, MaskedPath } from '../plan/facts.ts';
import { entriesOf, isExample, kindOf, walkForMatches, type Match } from './mask-walk.ts';
import { exists } from './project-file.ts';
import { TrackedIndex } from './tracked-index.ts';

export interface MaskInput {
  /** Symlinks resolved. */
  root: string;
  patterns: readonly string[];
  /** What earlier runs have not seen, below the root. A session can add a path to git's index, so that no longer counts for these. */
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
    gitSilent: index.silent,
    incomplete: !complete,
  };
}

interface Found {
  /** By the path on the host. */
  hidden: Map<string, MaskedPath>;
  visible: Record<keyof MaskFacts['visible'], Set<string>>;
  trackedSince: Set<string>;
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
    if (isExample(path.basename(target))) return [];
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
  const before = tracked !== 'no' && wasHidden(relative, hiddenBefore);
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
    if (entry.name === '.git' || isExample(entry.name)) continue;
    const child = { relative: `${relative}/${entry.name}`, kind: kindOf(entry), pattern };
    const [one] = followLink(root, child, found);
    if (one !== undefined && child.kind === 'link') await index.ask([one.relative]);
    if (one !== undefined) await settle(one, work);
  }
}

function hide(
  { file, name, kind }: { file: string; name: string; kind: Match['kind'] },
  { pattern }: Match,
  { hidden, visible }: Found,
): void {
  const stats = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  if (stats !== undefined)
    hidden.set(file, {
      ...{ path: file, name, pattern },
      kind: kind === 'directory' ? 'directory' : 'file',
      identity: `${stats.dev}:${stats.ino}:${stats.birthtimeNs}`,
    });
  // A name that is no UTF-8 can be said neither here nor to the engine. All else that is not there was just removed.
  else if (name.includes('\uFFFD')) visible.name.add(name);
}

const wasHidden = (relative: string, before: ReadonlySet<string>): boolean =>
  before.size > 0 && [relative, ...parentsOf(relative)].some((one) => before.has(one));

/** `a/b/c` -> `a/b`, `a`. */
function parentsOf(relative: string): readonly string[] {
  const parent = path.posix.dirname(relative);
  return parent === '.' || parent === '/' ? [] : [parent, ...parentsOf(parent)];
}

const isCovered = (file: string, hidden: ReadonlyMap<string, MaskedPath>): boolean =>
  parentsOf(file).some((parent) => hidden.has(parent));
