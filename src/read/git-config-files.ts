// The configuration of a repository with all that it includes, and where it leads: to hooks, worktrees, programs.

import { homedir } from 'node:os';
import { isGitTrue, parseGitConfig, type GitConfigEntry } from '../base/git-config.ts';
import { path } from '../base/path.ts';
import { mayNameProgram } from '../plan/git-config-print.ts';
import { largestManifest, readProjectFile } from './project-file.ts';

export interface GitConfiguration {
  /** The first ones, and those that they include, whether they exist or not: absolute. */
  files: readonly string[];
  entries: readonly GitConfigEntry[];
  /** False where more is included than is read. */
  complete: boolean;
}

/** config.c, MAX_INCLUDE_DEPTH. */
const deepestInclude = 10;

const mostFiles = 100;

/** What files hold, each read once in a look: worktrees share theirs. */
export type KnownEntries = Map<string, readonly GitConfigEntry[]>;

export function entriesOf(file: string, known: KnownEntries): readonly GitConfigEntry[] {
  const entries = known.get(file) ?? parseGitConfig(readProjectFile(file, largestManifest) ?? '');
  known.set(file, entries);
  return entries;
}

/** Conditions of `includeIf` are not asked: what does not hold today may tomorrow. */
export function readGitConfiguration(
  first: readonly string[],
  known: KnownEntries,
): GitConfiguration {
  const files = new Set(first);
  const entries: GitConfigEntry[] = [];
  const depths = new Map(first.map((file) => [file, 0]));
  let complete = true;
  for (const file of files) {
    const own = entriesOf(file, known);
    entries.push(...own);
    const depth = depths.get(file) ?? 0;
    const included = own
      .filter(isInclude)
      .flatMap(({ value }) => pathOf(value, path.dirname(file)));
    for (const one of depth < deepestInclude ? included : []) {
      if (files.size >= mostFiles) complete = false;
      else if (!files.has(one)) {
        files.add(one);
        depths.set(one, depth + 1);
      }
    }
  }
  return { files: [...files], entries, complete };
}

/** `include.path` and `includeIf.*.path` (git-config(1)): relative ones count from the directory of the file. */
const isInclude = ({ section, key }: GitConfigEntry): boolean =>
  ['include', 'includeif'].includes(section) && key === 'path';

/** A value that is a path (git-config(1), "pathname"). */
function pathOf(value: string | true, base: string): readonly string[] {
  if (value === true || value === '') return [];
  const file = value.replace(/^:\(optional\)/, '').replace(/^~(?=\/)/, () => homedir());
  return file.startsWith('~') ? [] : [path.resolve(base, file)];
}

/** Every value, not only the last: another one counts as soon as that is gone. */
export const pathsIn = (
  { entries }: GitConfiguration,
  name: `${string}.${string}`,
  base: string,
): readonly string[] =>
  entries
    .filter(
      ({ section, subsection, key }) => subsection === undefined && `${section}.${key}` === name,
    )
    .flatMap(({ value }) => pathOf(value, base));

/** True if any file sets it. */
export const isSetIn = ({ entries }: GitConfiguration, name: `${string}.${string}`): boolean =>
  entries.some(
    ({ section, subsection, key, value }) =>
      subsection === undefined && `${section}.${key}` === name && isGitTrue(value),
  );

/** Nobody’s configuration has more words that may be files. */
const mostWords = 500;

/** Words of values that may be programs or their scripts, to be looked for in the worktree: `sh tools/clean %f`. */
export function programWordsOf({ entries }: GitConfiguration): readonly string[] {
  const values = entries
    .filter(mayNameProgram)
    .flatMap(({ value }) => (value === true ? [] : value));
  const words = values.flatMap((value) => value.split(/[\s'"`;|&()<>$={}!,]+/));
  const isWord = (word: string): boolean => word !== '' && !/^(?:true|false|\d+|-.*)$/.test(word);
  return [...new Set(words.filter(isWord))]
    .slice(0, mostWords)
    .map((word) => word.replace(/^~(?=\/)/, () => homedir()));
}
