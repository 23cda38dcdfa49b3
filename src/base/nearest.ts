// "Did you mean …?": the candidate that is closest to a mistyped word.

/** The nearest candidate within a third of the word's length in edits (at least 2), or undefined. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(2, Math.floor(word.length / 3));
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    if (differInLength(word, candidate) > limit) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && distance < candidate.length && distance < (best?.distance ?? Infinity))
      best = { candidate, distance };
  }
  return best?.candidate;
}

/**
 * The candidate that a word is most likely a slip of, for names that others use too: short ones are near each other by
 * chance. Up to two edits from six letters on, one below, and in up to four letters none that only replaces a letter.
 */
export function nearMiss(word: string, candidates: Iterable<string>): string | undefined {
  return nearest(
    word,
    [...candidates].filter((candidate) => isNearMiss(word.toLowerCase(), candidate.toLowerCase())),
  );
}

function isNearMiss(word: string, candidate: string): boolean {
  if (differInLength(word, candidate) > 2) return false;
  const distance = editDistance(word, candidate);
  if (word.length >= 6) return distance <= 2;
  if (distance > 1) return false;
  return word.length > 4 || word.length !== candidate.length || sorted(word) === sorted(candidate);
}

/** No fewer edits lead from one to the other. */
const differInLength = (one: string, other: string): number => Math.abs(one.length - other.length);

const sorted = (word: string): string => Array.from(word).sort().join('');

/** Damerau-Levenshtein (optimal string alignment): insert, delete, replace, and swap of two neighbours each count 1. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? 0;
