// Which of two versions is the newer one, by the rules of https://semver.org/#spec-item-11.

/** A version as npm has them: it may stand in a command line and in a path. */
export const isVersion = (text: string): boolean => /^[0-9][\w.+-]{0,100}$/.test(text);

/** Below 0 where `a` is older, above 0 where it is newer. What stands behind a `+` says nothing of that. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  const numbers = compareParts(left.numbers, right.numbers);
  if (numbers !== 0 || left.marks.length * right.marks.length === 0)
    // Of two with the same numbers the one with a mark, as in 2.0.0-rc.1, comes before the one without.
    return numbers || right.marks.length - left.marks.length;
  return compareParts(left.marks, right.marks);
}

function split(version: string): { numbers: string[]; marks: string[] } {
  const [, numbers = '', marks = ''] = /^v?([\d.]*)(?:-([^+]*))?/.exec(version) ?? [];
  return { numbers: numbers.split('.'), marks: marks === '' ? [] : marks.split('.') };
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const difference = comparePart(left, right);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Numbers by their value, and before words; words by their letters. */
function comparePart(a: string, b: string): number {
  const [isNumber, isOther] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber && isOther) return Number(a) - Number(b);
  if (isNumber !== isOther) return isNumber ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}
