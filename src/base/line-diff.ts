// The lines that two texts differ in, with a few around them, as diff -u shows them. Pure.

export interface DiffLine {
  sign: ' ' | '+' | '-' | '…';
  text: string;
}

/** Comparisons of one line with another; beyond, all that is between the first and the last difference counts as changed. */
const mostWork = 1_000_000;

/** Lines that are shown around a difference. */
const around = 2;

export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (
    end < old.length - start &&
    end < now.length - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  )
    end++;
  const same = (text: string): DiffLine => ({ sign: ' ', text });
  const all = [
    ...old.slice(0, start).map(same),
    ...between(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...old.slice(old.length - end).map(same),
  ];
  return withoutFar(all);
}

const linesOf = (text: string): readonly string[] =>
  text === '' ? [] : text.replace(/\n$/, '').split('\n');

/** By the longest common subsequence of lines. */
function between(old: readonly string[], now: readonly string[]): DiffLine[] {
  const removed = old.map((text): DiffLine => ({ sign: '-', text }));
  const added = now.map((text): DiffLine => ({ sign: '+', text }));
  if (old.length * now.length > mostWork || old.length * now.length === 0)
    return [...removed, ...added];
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  const at = (row: number, column: number): number => common[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row--)
    for (let column = now.length - 1; column >= 0; column--)
      common[row * width + column] =
        old[row] === now[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
  const result: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < old.length && column < now.length) {
    const text = old[row] ?? '';
    if (text === now[column]) {
      result.push({ sign: ' ', text });
      row++;
      column++;
    } else if (at(row + 1, column) >= at(row, column + 1)) {
      result.push({ sign: '-', text });
      row++;
    } else result.push({ sign: '+', text: now[column++] ?? '' });
  }
  return [...result, ...removed.slice(row), ...added.slice(column)];
}

/** Of lines that both have only those near a difference; `…` stands for the others. */
function withoutFar(lines: readonly DiffLine[]): readonly DiffLine[] {
  const isNear = lines.map(() => false);
  lines.forEach(({ sign }, index) => {
    if (sign !== ' ')
      isNear.fill(true, Math.max(0, index - around), Math.min(lines.length, index + around + 1));
  });
  return lines.flatMap((line, index): DiffLine[] => {
    if (isNear[index]) return [line];
    const isFirst = index === 0 || isNear[index - 1] === true;
    return isFirst ? [{ sign: '…', text: '' }] : [];
  });
}
