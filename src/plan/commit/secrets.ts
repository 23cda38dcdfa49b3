// Where in staged diffs something looks like a secret, so that they are sent to nobody. Names places, never what stands there. Pure.

import type { FileDiff } from './changes.ts';
import { readable } from './selection.ts';

/** Where a secret stands: in the file as it will be, or as it was. */
export interface SecretPlace {
  path: string;
  /** Of the file as it is staged; of the file before for a line that is taken away. */
  line: number;
  removed: boolean;
}

/** More is not told of: one is enough to stop. */
const mostPlaces = 20;

/** @param cover takes secrets out of a text: whatever it changes holds one */
export function findSecrets(
  files: readonly FileDiff[],
  cover: (text: string) => string,
): readonly SecretPlace[] {
  const places: SecretPlace[] = [];
  for (const { path, diff } of files) {
    if (places.length >= mostPlaces) break;
    if (diff === undefined) continue;
    const found = placesIn(diff, cover);
    for (const place of found) places.push({ path: readable(path), ...place });
  }
  return places.slice(0, mostPlaces);
}

function placesIn(
  diff: string,
  cover: (text: string) => string,
): readonly Omit<SecretPlace, 'path'>[] {
  const lines = linesOf(diff);
  // Most files hold none: they are looked at once.
  const whole = lines.map(({ text }) => text).join('\n');
  if (cover(whole) === whole) return [];
  const alone = lines.filter(({ text }) => cover(text) !== text);
  // One that goes over several lines begins where the text changes.
  const at = firstDifference(whole, cover(whole));
  const found = alone.length > 0 ? alone : [lines[whole.slice(0, at).split('\n').length - 1]];
  return found.flatMap((one) => (one ? [{ line: one.line, removed: one.removed }] : []));
}

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

interface DiffLine {
  text: string;
  line: number;
  removed: boolean;
}

/** The lines of the hunks without their signs, and what stands behind the `@@`: that is a line of the file as well. */
export function linesOf(diff: string): readonly DiffLine[] {
  const found: DiffLine[] = [];
  let [old, now, oldLeft, nowLeft] = [0, 0, 0, 0];
  for (const line of diff.split('\n')) {
    // “No newline at end of file”: git’s own words.
    if (line.startsWith('\\')) continue;
    if (oldLeft <= 0 && nowLeft <= 0) {
      const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/s.exec(line);
      if (hunk === null) {
        found.push({ text: line, line: 1, removed: false });
        continue;
      }
      const [, oldStart, oldCount = '1', nowStart, nowCount = '1', context = ''] = hunk;
      [old, now, oldLeft, nowLeft] = [oldStart, nowStart, oldCount, nowCount].map(Number) as [
        ...[number, number, number, number],
      ];
      found.push({ text: context, line: Math.max(1, now - 1), removed: false });
      continue;
    }
    const sign = line[0];
    const removed = sign === '-';
    found.push({ text: line.slice(1), line: removed ? old : now, removed });
    if (sign !== '+') [old, oldLeft] = [old + 1, oldLeft - 1];
    if (sign !== '-') [now, nowLeft] = [now + 1, nowLeft - 1];
  }
  return found;
}
