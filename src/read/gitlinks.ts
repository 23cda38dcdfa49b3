// Repositories that git's index names inside another (gitlinks): `git status` goes into each and does what its configuration says.

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isBelow } from '../base/paths.ts';
import { entriesOf } from './git-programs.ts';

/** Bytes of an index: half a million files. */
const largestIndex = 64 * 1024 ** 2;

/** Gitlinks that are listed. */
const mostLinks = 1000;

/** gitformat-index(5): the type 1110 in the mode. */
const gitlink = 0o160000;

/**
 * The directories that the index of a worktree names as repositories, absolute.
 * @param directory of this worktree's git: the index is there, split ones (git update-index --split-index) included
 * @param hashBytes 20 for sha1, 32 for sha256
 */
export function gitlinksOf(directory: string, top: string, hashBytes: 20 | 32): readonly string[] {
  const shared = entriesOf(directory).filter(({ name }) => name.startsWith('sharedindex.'));
  const files = ['index', ...shared.map(({ name }) => name)].slice(0, 10);
  const links = files.flatMap((name) => linksIn(path.join(directory, name), hashBytes));
  return [...new Set(links)]
    .map((link) => path.resolve(top, link))
    .filter((link) => isBelow(link, top))
    .slice(0, mostLinks);
}

function linksIn(file: string, hashBytes: number): readonly string[] {
  const index = readIndex(file);
  if (index === undefined) return [];
  const version = index.readUInt32BE(4);
  const count = index.readUInt32BE(8);
  const links: string[] = [];
  let at = 12;
  let name = Buffer.alloc(0);
  for (let entry = 0; entry < count; entry++) {
    // 40 bytes of stat data with the mode at 24, the hash, the flags, and two more bytes where these say so.
    const flags = at + 40 + hashBytes;
    if (flags + 4 > index.length) break;
    let start = flags + (version >= 3 && (index.readUInt16BE(flags) & 0x4000) !== 0 ? 4 : 2);
    let kept = 0;
    if (version >= 4) {
      const strip = readVariable(index, start);
      start = strip.end;
      kept = Math.max(0, name.length - strip.value);
    }
    const end = index.indexOf(0, start);
    if (end < 0) break;
    if (version >= 4) name = Buffer.concat([name.subarray(0, kept), index.subarray(start, end)]);
    if ((index.readUInt32BE(at + 24) & 0o170000) === gitlink && links.length < mostLinks)
      links.push((version >= 4 ? name : index.subarray(start, end)).toString('utf8'));
    // Versions before 4 fill up to a multiple of eight, with one NUL at least.
    at = version >= 4 ? end + 1 : at + (Math.floor((end - at) / 8) + 1) * 8;
  }
  return links;
}

function readIndex(file: string): Buffer | undefined {
  try {
    const stats = statSync(file);
    if (!stats.isFile() || stats.size > largestIndex || stats.size < 12) return undefined;
    const index = readFileSync(file);
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
