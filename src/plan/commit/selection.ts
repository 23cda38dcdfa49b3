// Which of the staged diffs an assistant gets to see: nothing masked, no lock files, nothing binary, no more than it is worth. Pure.

import { Buffer } from 'node:buffer';
import { path } from '../../base/path.ts';
import { showOnOneLine } from '../../base/quote.ts';
import type { FileDiff, StagedFile } from './changes.ts';

/** Bytes of diffs, as UTF-8. With all that stands around them they fit an argument: 128 KiB (MAX_ARG_STRLEN, Linux). */
export const mostSent = 100_000;
/** Bytes of each list of files whose diff is not sent. */
const mostListed = 4000;

export interface Selection {
  /** Diffs, in git's order. */
  shown: readonly FileDiff[];
  /** Files with their number of lines instead of their hunks. */
  summarised: readonly StagedFile[];
  lockFiles: readonly StagedFile[];
  binaries: readonly StagedFile[];
  /** What the user hides from assistants. */
  masked: readonly StagedFile[];
  /** Everything of it as the assistant gets it. */
  text: string;
}

/**
 * Whole files only, the smallest first, so that as many as possible are seen whole; of two alike the earlier one.
 * @param cover takes secrets out of names
 * @param isMasked says so of what the user hides from assistants
 */
export function selectDiffs(
  files: readonly FileDiff[],
  cover: (text: string) => string = (text) => text,
  isMasked: (file: StagedFile) => boolean = () => false,
): Selection {
  const masked = files.filter(isMasked);
  const visible = files.filter((file) => !isMasked(file));
  const lockFiles = visible.filter(isLockFile);
  const binaries = visible.filter((file) => !isLockFile(file) && isBinary(file));
  const others = visible.filter((file) => !isLockFile(file) && !isBinary(file));
  const list = (some: readonly StagedFile[]): string => cover(listOf(some));
  // What has no hunks at all is told by its line.
  const texts = new Map(others.map((file) => [file, fitForWords(file.diff ?? '')]));
  const bySize = others
    .filter(({ diff }) => diff !== undefined)
    .sort((one, other) => sizeOf(texts.get(one)) - sizeOf(texts.get(other)));
  let left = mostSent;
  const chosen = new Set<FileDiff>();
  for (const file of bySize) {
    left -= sizeOf(texts.get(file));
    if (left < 0) break;
    chosen.add(file);
  }
  const shown = others.filter((file) => chosen.has(file));
  const summarised = others.filter((file) => !chosen.has(file));
  const parts = [
    ...section('Too large to show, files with their lines added and removed:', list(summarised)),
    ...section('Lock files, not shown:', list(lockFiles)),
    ...section('Binary files, not shown:', list(binaries)),
    ...section('Files that are kept from you, not shown:', list(masked)),
    ...section('The diff:', shown.map((file) => texts.get(file)).join('')),
  ];
  return { shown, summarised, lockFiles, binaries, masked, text: parts.join('\n') };
}

const section = (title: string, text: string): readonly string[] =>
  text === '' ? [] : [title, text.replace(/\n$/, ''), ''];

/** One line for each, and how many more there are. */
function listOf(files: readonly StagedFile[]): string {
  const lines: string[] = [];
  let size = 0;
  for (const file of files) {
    const line = statLine(file);
    size += Buffer.byteLength(line) + 1;
    if (size > mostListed)
      return [...lines, `… and ${files.length - lines.length} more`].join('\n');
    lines.push(line);
  }
  return lines.join('\n');
}

/** `M src/a.ts +3 -1`. */
export function statLine({ path: name, from, status, added, removed }: StagedFile): string {
  const where = from === undefined ? name : `${from} -> ${name}`;
  const lines = added === undefined ? '' : ` +${added} -${removed ?? 0}`;
  return `${status} ${readable(where)}${lines}`;
}

/** A name as it may be shown: no control characters, no lone surrogates. */
export const readable = (name: string): string =>
  showOnOneLine(name.replaceAll(/\p{Surrogate}/gu, '\ufffd'));

/** An argument ends at a NUL; what else has no glyph is no news to anybody. */
// eslint-disable-next-line no-control-regex -- it is what must not be in it
const unfit = /[\u0000-\u0008\u000b-\u001f\u007f\p{Surrogate}]/gu;
export const fitForWords = (text: string): string => text.replaceAll(unfit, '\ufffd');

const sizeOf = (text = ''): number => Buffer.byteLength(text);

const isBinary = ({ added, status }: StagedFile): boolean => added === undefined && status !== 'T';

/** What package managers write and nobody reads. */
export const isLockFile = ({ path: file }: Pick<StagedFile, 'path'>): boolean => {
  const name = path.basename(file).toLowerCase();
  return lockFileNames.has(name) || /\.(lock|lockb|lockfile)$/.test(name);
};

const lockFileNames = new Set([
  ...[
    'package-lock.json',
    'npm-shrinkwrap.json',
    'pnpm-lock.yaml',
    'pnpm-lock.yml',
    'shrinkwrap.yaml',
  ],
  ...['go.sum', 'go.work.sum', 'packages.lock.json', 'package.resolved', 'project.assets.json'],
  ...[
    '.terraform.lock.hcl',
    'stack.yaml.lock',
    'cabal.project.freeze',
    '.pnp.cjs',
    '.pnp.loader.mjs',
  ],
]);
