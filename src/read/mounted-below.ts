// What this machine has mounted below a directory: it would come along with a mount of it, writable even where that is read-only.

import { readFileSync } from 'node:fs';
import { isBelow } from '../base/paths.ts';

/** Mount points below, outermost first; none where there is no /proc (engines of such machines run in a virtual one). */
export function mountedBelow(directory: string, table = readTable()): readonly string[] {
  const points = table.split('\n').flatMap((line) => {
    // proc(5), /proc/pid/mountinfo: the fifth field is the mount point.
    const [, , , , point] = line.split(' ');
    return point === undefined ? [] : [unescaped(point)];
  });
  return [...new Set(points)].filter((point) => isBelow(point, directory)).sort();
}

/** The kernel writes a space, a tab, a line end and a backslash in octal, byte by byte (seq_file.c, mangle_path). */
const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );

function readTable(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
}
