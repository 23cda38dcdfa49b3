// Tables for lists: aligned columns, a head that stands out at a terminal, and rows that a narrow one can hold.

import { showOnOneLine } from '../base/quote.ts';
import { wantsColour } from './palette.ts';

export async function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  stream: NodeJS.WritableStream,
): Promise<string> {
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: wantsColour(stream) ? 1 : 0 });
  const cells = rows.map((row) => row.map(showOnOneLine));
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const layOut = layoutFor(widths, widthOf(stream));
  const lines = [layOut(head).map((line) => chalk.bold(line)), ...cells.map(layOut)].flat();
  return `${lines.join('\n')}\n`;
}

/** Columns of a terminal that knows them; elsewhere lines are as long as they are. */
export function widthOf(stream: NodeJS.WritableStream): number {
  const { isTTY = false, columns = 0 } = stream as Partial<NodeJS.WriteStream>;
  return isTTY && columns > 0 ? columns : Infinity;
}

const gap = '  ';
/** Before what goes on in another line. */
const indent = '    ';
/** Columns in which words of the last cell can still be read one below the other. */
const readable = 32;

/** A row in lines of the terminal's width; one of several where the table is wider. */
function layoutFor(
  widths: readonly number[],
  width: number,
): (row: readonly string[]) => readonly string[] {
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + gap.length, 0);
  const room = width - before;
  const last = widths.length - 1;
  if (room >= (widths[last] ?? 0)) return (row) => [lineOf(row, widths)];
  if (room >= readable)
    return (row) => {
      const [first = '', ...more] = wrap(row[last] ?? '', room);
      const following = more.map((line) => ' '.repeat(before) + line);
      return [lineOf([...row.slice(0, last), first], widths), ...following];
    };
  const groups = groupsIn(widths, width);
  return (row) =>
    groups.flatMap(([from, to], index) => {
      const own = row.slice(from, to);
      if (index === 0) return [lineOf(own, widths)];
      const text = lineOf(own, widths.slice(from, to));
      return text === '' ? [] : wrap(text, width - indent.length).map((line) => indent + line);
    });
}

const lineOf = (row: readonly string[], widths: readonly number[]): string =>
  row
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join(gap)
    .trimEnd();

/** Columns that fit into a line together, from the first to before the last of each line. */
function groupsIn(
  widths: readonly number[],
  width: number,
): readonly (readonly [from: number, to: number])[] {
  const groups: [number, number][] = [];
  let used = Infinity;
  for (const [column, one] of widths.entries()) {
    used += gap.length + one;
    const group = groups.at(-1);
    if (group && used <= width) group[1] = column + 1;
    else {
      groups.push([column, column + 1]);
      used = (groups.length > 1 ? indent.length : 0) + one;
    }
  }
  return groups;
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
