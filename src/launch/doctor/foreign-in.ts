// Files in a tree that belong to somebody else than they should: bounded, because trees may be of any size.

import { lstatSync, opendirSync } from 'node:fs';
import { path } from '../../base/path.ts';

export interface Foreign {
  count: number;
  /** The first few of them. What lies below one is not looked at. */
  first: readonly string[];
}

/** Entries of directories that are looked at: some tens of milliseconds. */
const most = 5000;
const shown = 3;
/** Thousands of files of no interest, and whoever has made the directory has made them. */
const passedOver = new Set(['node_modules', 'objects']);

/** What cannot be looked at is passed over. No link is followed. */
export function foreignIn(root: string, isForeign: (uid: number) => boolean): Foreign {
  const first: string[] = [];
  let [count, left] = [0, most];
  const waiting = [root];
  for (let next = waiting.shift(); next !== undefined && left > 0; next = waiting.shift())
    for (const { name, isDirectory, uid } of entriesOf(next, left)) {
      left -= 1;
      const place = path.join(next, name);
      if (isForeign(uid)) {
        count += 1;
        if (first.length < shown) first.push(place);
      } else if (isDirectory && !passedOver.has(name)) waiting.push(place);
    }
  return { count, first };
}

function entriesOf(
  directory: string,
  limit: number,
): readonly { name: string; isDirectory: boolean; uid: number }[] {
  const found: { name: string; isDirectory: boolean; uid: number }[] = [];
  try {
    const open = opendirSync(directory);
    try {
      for (let entry = open.readSync(); entry && found.length < limit; entry = open.readSync()) {
        const stats = lstatSync(path.join(directory, entry.name), { throwIfNoEntry: false });
        if (stats)
          found.push({ name: entry.name, isDirectory: stats.isDirectory(), uid: stats.uid });
      }
    } finally {
      open.closeSync();
    }
  } catch {
    // Not for us to see.
  }
  return found;
}
