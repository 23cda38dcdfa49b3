// The files that a build may copy: listed and hashed without following a link, bounded, and copied as they were hashed.

import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { within } from './foreign-files.ts';
import { openDirectory } from './open-directory.ts';

export interface ContextEntry {
  /** Below the directory. */
  name: string;
  /** Everything by which a change shows without reading it. */
  signature: string;
  size: number;
  /** Nanoseconds since 1970: ctime, which nobody sets. */
  changed: bigint;
}

/** What a context may have in it: beyond, looking at it at each start would be felt. */
export const mostEntries = 10_000;
export const mostBytes = 256 * 1024 ** 2;

export type ContextList = { entries: readonly ContextEntry[] } | { why: string };

export interface ContextFilter {
  /** Of a name below the directory. */
  isLeftOut: (name: string) => boolean;
  /** The same, with all that is in it, whatever is taken back. */
  isNever: (name: string) => boolean;
  /** Nothing below a directory that is left out comes back. */
  isFinal: boolean;
}

/** @param starts where to look, below the directory; undefined for all of it */
export function listContext(
  directory: string,
  starts: readonly string[] | undefined,
  { isLeftOut, isNever, isFinal }: ContextFilter,
): ContextList {
  const entries: ContextEntry[] = [];
  const open = [...(starts ?? [''])].reverse();
  const seen = new Set<string>();
  let bytes = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const name = next;
    if (seen.has(name)) continue;
    seen.add(name);
    const out = name !== '' && isLeftOut(name);
    if ((out && isFinal) || (name !== '' && isNever(name))) continue;
    if (seen.size > mostEntries) return { why: `it has more than ${mostEntries} files` };
    const file = path.join(directory, name);
    const stats = lstatSync(file, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) continue;
    if (stats.isDirectory()) {
      const inside = readdirSync(file).map((one) => path.join(name, one));
      open.push(...inside.reverse());
      if (inside.length > 0 || name === '') continue;
    }
    if (out) continue;
    if (!stats.isDirectory() && !stats.isFile() && !stats.isSymbolicLink()) continue;
    bytes += Number(stats.size);
    if (bytes > mostBytes) return { why: `it has more than ${mostBytes / 1024 ** 2} MiB` };
    const { dev, ino, mode, size, mtimeNs, ctimeNs } = stats;
    const signature = [name, dev, ino, mode, size, mtimeNs, ctimeNs].join('\0');
    entries.push({ name, signature, size: Number(size), changed: ctimeNs });
  }
  return { entries: entries.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** SHA-256 by which the same state of the same files is known again. */
export const signatureOf = (entries: readonly ContextEntry[]): string =>
  hashOf(entries.map(({ signature }) => signature).join('\n'));

/**
 * Of each name a hash of what is there: content and whether it may run, or where it leads.
 * @throws what the system says, and Error where `directory` is reached through a link by now
 */
export const hashEach = (
  directory: string,
  names: readonly string[],
): ReadonlyMap<string, string> =>
  holding(directory, (held) => new Map(names.map((name) => [name, takeEntry(held, name).print])));

/** One hash of them all. */
export const digestOf = (hashes: ReadonlyMap<string, string>): string =>
  hashOf(JSON.stringify([...hashes]));

/**
 * Copies them, and returns the hashes of what was copied: what somebody changes meanwhile shows.
 * @param target an empty directory of ours. Links come last: nothing is written through one.
 * @throws what the system says, and Error where the names cannot be those of one tree
 */
export function copyContext(
  directory: string,
  names: readonly string[],
  target: string,
): ReadonlyMap<string, string> {
  const all = new Set(names);
  const hashes = new Map<string, string>();
  const links: { place: string; leads: string }[] = [];
  let bytes = 0;
  holding(directory, (held) => {
    for (const name of names) {
      if (parentsOf(name).some((parent) => all.has(parent)))
        throw new Error(`${name} is in what was no directory just now`);
      const entry = takeEntry(held, name);
      hashes.set(name, entry.print);
      const place = path.join(target, name);
      if (entry.kind !== 'gone') mkdirSync(path.dirname(place), { recursive: true });
      if (entry.kind === 'link') links.push({ place, leads: entry.leads });
      else if (entry.kind === 'directory') mkdirSync(place, { recursive: true });
      else if (entry.kind === 'file') {
        bytes += entry.content.length;
        if (bytes > mostBytes) throw new Error('it grows while it is copied');
        writeFileSync(place, entry.content, { flag: 'wx' });
        chmodSync(place, entry.mayRun ? 0o755 : 0o644);
      }
    }
  });
  for (const { place, leads } of links) symlinkSync(leads, place);
  return hashes;
}

/** `a/b/c` -> `a`, `a/b`. */
const parentsOf = (name: string): readonly string[] =>
  name
    .split('/')
    .slice(0, -1)
    .map((_, index, steps) => steps.slice(0, index + 1).join('/'));

/** Held open, and found to be where its name says: nobody can put a link in the place of it, or of what it is in. */
function holding<T>(directory: string, use: (held: string) => T): T {
  const open = openDirectory(directory);
  try {
    if (realpathSync(open.self) !== directory) throw new Error(`${directory} is a link by now`);
    // `.`: the name of what is held is a link itself, and `within` follows none.
    return use(`${open.self}/.`);
  } finally {
    open.close();
  }
}

type Entry = { print: string } & (
  | { kind: 'file'; content: Buffer; mayRun: boolean }
  | { kind: 'link'; leads: string }
  | { kind: 'directory' | 'gone' }
);

/** What cannot be got to without following a link is not there. */
function takeEntry(held: string, name: string): Entry {
  try {
    return within(held, name, takeFile) ?? gone;
  } catch (error) {
    if (['ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) return gone;
    throw error;
  }
}

const gone: Entry = { kind: 'gone', print: 'gone' };

function takeFile(file: string): Entry {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) return { kind: 'directory', print: 'directory' };
  if (stats?.isSymbolicLink() === true) {
    const leads = readlinkSync(file);
    return { kind: 'link', leads, print: `link ${hashOf(leads)}` };
  }
  if (stats?.isFile() !== true) return gone;
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const descriptor = openSync(file, flags);
  try {
    const found = fstatSync(descriptor);
    if (!found.isFile() || found.size > mostBytes) return gone;
    const content = readFileSync(descriptor);
    const mayRun = (found.mode & 0o111) !== 0;
    return { kind: 'file', content, mayRun, print: `${mayRun ? 'x ' : ''}${hashOf(content)}` };
  } finally {
    closeSync(descriptor);
  }
}

const hashOf = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex');
