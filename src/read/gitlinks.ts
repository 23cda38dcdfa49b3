// Repositories that git's index names inside another (gitlinks): `git status` goes into each and does what its configuration says.

import { readFileSync, statSync } from 'node:fs';
import { systemPath, textOfBytes } from '../base/byte-names.ts';
import { path } from '../base/path.ts';
import { isBelow } from '../base/paths.ts';
import { exists } from './project-file.ts';

export interface Gitlinks {
  /** Directories, absolute. */
  links: readonly string[];
  /** False where an index is too large, or is none as git writes them. */
  complete: boolean;
}

/** Bytes of an index: half a million files. */
const largestIndex = 64 * 1024 ** 2;

/** Gitlinks that are listed. */
const mostLinks = 1000;

/** Bytes: PATH_MAX. */
const longestName = 4096;

/** gitformat-index(5): the type 1110 in the mode. */
const gitlink = 0o160000;

/**
 * The directories that the index of a worktree names as repositories.
 * @param directory of this worktree's git: the index is there, and what a split one (git update-index --split-index) shares
 * @param hashBytes 20 for sha1, 32 for sha256
 */
export function gitlinksOf(directory: string, top: string, hashBytes: 20 | 32): Gitlinks {
  const own = linksIn(path.join(directory, 'index'), hashBytes);
  const shared =
    own.shared === undefined
      ? { names: [], complete: true }
      : linksIn(path.join(directory, `sharedindex.${own.shared}`), hashBytes);
  const links = [...new Set([...own.names, ...shared.names])]
    .map((name) => path.resolve(top, name))
    .filter((link) => isBelow(link, top));
  return {
    links: links.slice(0, mostLinks),
    complete: own.complete && shared.complete && links.length <= mostLinks,
  };
}

interface Index {
  names: readonly string[];
  complete: boolean;
  /** The name of what is shared, in hexadecimal digits. */
  shared?: string | undefined;
}

function linksIn(file: string, hashBytes: number): Index {
  const index = readIndex(file);
  if (index === undefined) return { names: [], complete: !exists(file) };
  // Node's Buffer asks of every number whether it is one; an index has thousands.
  const view = new DataView(index.buffer, index.byteOffset, index.length);
  const version = view.getUint32(4);
  const count = view.getUint32(8);
  const names: string[] = [];
  const starts: number[] = [];
  let at = 12;
  let name = Buffer.alloc(0);
  for (let entry = 0; entry < count; entry++) {
    starts.push(at);
    // 40 bytes of stat data with the mode at 24, the hash, the flags, and two more bytes where these say so, in whatever version.
    const afterHash = at + 40 + hashBytes;
    if (afterHash + 4 > index.length) return { names, complete: false };
    const flags = view.getUint16(afterHash);
    let start = afterHash + ((flags & 0x4000) !== 0 ? 4 : 2);
    let kept = 0;
    if (version >= 4) {
      const strip = readVariable(index, start);
      start = strip.end;
      kept = Math.max(0, name.length - strip.value);
    }
    const end = start + lengthOfRest(index, { flags, start, kept });
    if (end < start || end >= index.length || kept + end - start > longestName)
      return { names, complete: false };
    if (version >= 4) name = Buffer.concat([name.subarray(0, kept), index.subarray(start, end)]);
    if ((view.getUint32(at + 24) & 0o170000) === gitlink && names.length <= mostLinks)
      names.push(nameIn(version >= 4 ? name : index.subarray(start, end)));
    // Versions before 4 fill up to a multiple of eight, with one NUL at least.
    at = version >= 4 ? end + 1 : at + (Math.floor((end - at) / 8) + 1) * 8;
  }
  const extension = (name: number): DataView | undefined => extensionOf(view, name, at, hashBytes);
  const shared = extension(extensions.link);
  return {
    names,
    complete:
      endsWhereSaid(view, at, hashBytes) && beginWhereSaid(starts, extension(extensions.IEOT)),
    // Split index: it begins with the hash of what is shared.
    shared: shared && Buffer.from(shared.buffer, shared.byteOffset).toString('hex', 0, hashBytes),
  };
}

/**
 * Bytes of a name that the entry has itself. As git does it (read-cache.c, create_from_disk), which goes on from there: a name may
 * hold a NUL before its end, and whoever went by that would read other entries than git.
 * @param kept bytes that are those of the name before
 */
function lengthOfRest(
  index: Buffer,
  { flags, start, kept }: { flags: number; start: number; kept: number },
): number {
  const length = flags & longerThanSaid;
  return length === longerThanSaid ? index.indexOf(0, start) - start : length - kept;
}

/** The length that the flags have room for; it means that the name ends at its NUL. */
const longerThanSaid = 0xfff;

/** Up to its first NUL: that is where the system takes it to end. */
function nameIn(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return textOfBytes(end < 0 ? bytes : bytes.subarray(0, end));
}

/** The names of extensions (gitformat-index(5)), as numbers. */
const extensions = { link: 0x6c696e6b, EOIE: 0x454f4945, IEOT: 0x49454f54 };

/** What an extension holds. @param from where the entries end */
function extensionOf(
  view: DataView,
  name: number,
  from: number,
  hashBytes: number,
): DataView | undefined {
  const end = view.byteLength - hashBytes;
  for (let at = from; at + 8 <= end; at += 8 + view.getUint32(at + 4)) {
    if (view.getUint32(at) !== name) continue;
    const length = Math.min(view.getUint32(at + 4), end - at - 8);
    return new DataView(view.buffer, view.byteOffset + at + 8, length);
  }
  return undefined;
}

/**
 * Git reads a large index by several threads, which go to where it says itself that its parts are (gitformat-index(5), “EOIE” and
 * “IEOT”). Where that is elsewhere than where they are one after another, git reads something else than we.
 */
function endsWhereSaid(view: DataView, end: number, hashBytes: number): boolean {
  // The last one, of this size with every hash (read-cache.c, EOIE_SIZE_WITH_HEADER).
  const at = view.byteLength - hashBytes - 32;
  return at < end || view.getUint32(at) !== extensions.EOIE || view.getUint32(at + 8) === end;
}

/** Each block of the table says where it begins and how many entries it has. */
function beginWhereSaid(starts: readonly number[], table: DataView | undefined): boolean {
  if (table === undefined) return true;
  let entry = 0;
  for (let at = 4; at + 8 <= table.byteLength; at += 8) {
    if (starts[entry] !== table.getUint32(at)) return false;
    entry += table.getUint32(at + 4);
  }
  return entry === starts.length;
}

function readIndex(file: string): Buffer | undefined {
  try {
    const place = systemPath(file);
    const stats = statSync(place);
    if (!stats.isFile() || stats.size > largestIndex || stats.size < 12) return undefined;
    const index = readFileSync(place);
    return index.toString('latin1', 0, 4) === 'DIRC' ? index : undefined;
  } catch {
    return undefined;
  }
}

/** As in offsets of packs (gitformat-pack(5)): seven bits a byte, each step one more. */
function readVariable(index: Buffer, from: number): { value: number; end: number } {
  let at = from;
  let byte = index[at++] ?? 0;
  let value = byte & 0x7f;
  while (byte & 0x80 && at < index.length) {
    byte = index[at++] ?? 0;
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return { value, end: at };
}
