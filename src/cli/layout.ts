// Text laid out for the width that it is read at: paragraphs, lists of pairs, hanging indents.

import { isPlain } from './plain.ts';

/** Where nothing says how wide it is, and the limits of what can be read well. */
const usual = 80;
const least = 40;
const most = 100;

/** Columns for words of `ai`; of plain words a line is a line, whatever its length. */
export function widthFor(stream: object): number {
  if (isPlain(stream)) return Infinity;
  const columns = columnsOf(stream);
  return columns === undefined ? usual : Math.min(most, Math.max(least, columns));
}

/** Columns of a terminal that knows them. */
export function columnsOf(stream: object): number | undefined {
  const { isTTY = false, columns = 0 } = stream as Partial<NodeJS.WriteStream>;
  return isTTY && columns > 0 ? columns : undefined;
}

/** Between words only: what is longer, a path or a command, is to be copied whole. */
export function wrap(text: string, width: number): readonly string[] {
  if (text.length <= width) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => line.trimEnd());
}

/** What does not fit goes on below, further in. */
export function hang(text: string, width: number, indent = '    '): readonly string[] {
  const [first = '', ...more] = wrap(text, width);
  const rest = more.length === 0 ? [] : wrap(more.join(' '), width - indent.length);
  return [first, ...rest.map((line) => indent + line)];
}

/** The right side needs so many columns to stand beside the left one. */
const readable = 26;
/** A left side that is longer has a line of its own. */
const mostLeft = 30;

/** A term and what it means, side by side where there is room. */
export function pairs(
  rows: readonly (readonly [left: string, right: string])[],
  width: number,
): readonly string[] {
  if (width === Infinity) return rows.map(([left, right]) => `  ${left}: ${right}`);
  const left = Math.min(mostLeft, Math.max(0, ...rows.map(([one]) => one.length)));
  const before = left + 4;
  const isStacked = width - before < readable;
  return rows.flatMap(([term, meaning]) => {
    const indent = ' '.repeat(isStacked ? 6 : before);
    const lines = wrap(meaning, width - indent.length).map((line) => indent + line);
    if (isStacked || term.length > left) return [...hang(`  ${term}`, width), ...lines];
    return [`  ${term.padEnd(left)}  ${(lines[0] ?? '').trimStart()}`.trimEnd(), ...lines.slice(1)];
  });
}
