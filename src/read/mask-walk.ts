// Walks a project for what its patterns of `mask` match. Nothing is followed or opened, and there is an end to it.

import { readdirSync, type Dirent } from 'node:fs';
import { path } from '../base/path.ts';

/** A match, or a directory with a repository of its own. Paths are relative to the root, which is `''`. */
export interface Match {
  relative: string;
  kind: 'file' | 'directory' | 'link';
  pattern: string;
}

export interface Walk {
  /** A directory among them is not entered: it matches with all that is in it. */
  matches: readonly Match[];
  /** The directories that hold a `.git`. */
  repositories: ReadonlySet<string>;
  /** False where there was more than `most`, or it went on for too long or too deep. */
  complete: boolean;
}

/** Entries of directories. A large monorepo with its dependencies has some 300 000. */
export const mostEntries = 500_000;

/** Levels. A pattern takes longer the deeper a path is, and nobody nests a project so deep. */
const deepest = 100;

/** Milliseconds. Patterns and names may both be made to be slow together. */
const longest = 10_000;

/** Files `*.example` and the like are made to be read: they say what the real one would hold. */
export const isExample = (name: string, kind: Match['kind']): boolean =>
  kind !== 'directory' && /\.(?:example|sample|template|dist)$/i.test(name);

/** Breadth first, so that where it ends early it is the deepest that was not looked at. */
export async function walkForMatches(
  root: string,
  patterns: readonly string[],
  { most = mostEntries, time = longest } = {},
): Promise<Walk> {
  const match = await matcherOf(root, patterns);
  const matches: Match[] = [];
  const repositories = new Set<string>();
  const queue = [''];
  const end = performance.now() + time;
  let seen = 0;
  let complete = true;
  for (const directory of queue) {
    for (const entry of entriesOf(path.join(root, directory))) {
      if (++seen > most || performance.now() > end)
        return { matches, repositories, complete: false };
      const { name } = entry;
      if (name === '.git') {
        repositories.add(directory);
        continue;
      }
      const relative = directory === '' ? name : `${directory}/${name}`;
      const kind = kindOf(entry);
      const pattern = match(relative, name, kind === 'directory');
      if (pattern !== undefined && !isExample(name, kind))
        matches.push({ relative, kind, pattern });
      else if (kind !== 'directory') continue;
      else if (relative.split('/', deepest + 1).length > deepest) complete = false;
      else queue.push(relative);
    }
  }
  return { matches, repositories, complete };
}

/** Which of these files below the root a pattern hides, by itself or with a directory that it is in; whether they are there is no matter. */
export async function namesMatched(
  root: string,
  patterns: readonly string[],
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const match = await matcherOf(root, patterns);
  const isHidden = (relative: string, kind: Match['kind'] = 'file'): boolean => {
    const name = path.basename(relative);
    const isMatch = match(relative, name, kind === 'directory') !== undefined;
    if (isMatch && !isExample(name, kind)) return true;
    return name !== relative && isHidden(path.dirname(relative), 'directory');
  };
  return new Set(names.filter((name) => isHidden(name)));
}

/** What is in a directory; nothing where it may not be read: then a run as the same user cannot read it either. */
export function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

export function kindOf(entry: Dirent): Match['kind'] {
  if (entry.isSymbolicLink()) return 'link';
  return entry.isDirectory() ? 'directory' : 'file';
}

type Matcher = (relative: string, name: string, isDirectory: boolean) => string | undefined;

/**
 * The pattern that hides a path whose parents are not hidden. Capitals do not matter: rather one file too many than a secret that
 * is called `.ENV`. Patterns without a slash are about the name alone, and names come again and again.
 */
async function matcherOf(root: string, patterns: readonly string[]): Promise<Matcher> {
  const { default: ignore } = await import('ignore');
  const rules = ignore({ ignoreCase: true }).add(patterns.flatMap((one) => fromRoot(root, one)));
  const test = (tested: string): string | undefined =>
    rules.test(tested.replaceAll('\n', ' ')).rule?.pattern;
  const isByName = patterns.every((pattern) => !pattern.replace(/\/$/, '').includes('/'));
  const known = new Map<string, string | undefined>();
  return (relative, name, isDirectory) => {
    const tested = `${isByName ? name : relative}${isDirectory ? '/' : ''}`;
    if (!isByName) return test(tested);
    if (!known.has(tested)) known.set(tested, test(tested));
    return known.get(tested);
  };
}

/** A path of the host is what people write who do not know the language; to it, `/` is the project's root. */
function fromRoot(root: string, pattern: string): readonly string[] {
  const [, not = '', body = ''] = /^(!?)(.*)$/s.exec(pattern) ?? [];
  return body.startsWith(`${root}/`) ? [pattern, not + body.slice(root.length)] : [pattern];
}
