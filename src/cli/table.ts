// Tables for lists: aligned columns, a head that stands out at a terminal, rows that a narrow one can hold; plain, a line a cell.

import { showOnOneLine } from '../base/quote.ts';
import { columnsOf, wrap } from './layout.ts';
import { wantsColour } from './palette.ts';
import { isPlain } from './plain.ts';

export async function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  stream: NodeJS.WritableStream,
): Promise<string> {
  const cells = rows.map((row) => row.map(showOnOneLine));
  if (isPlain(stream)) return cells.map((row) => asLines(head, row)).join('\n');
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: wantsColour(stream) ? 1 : 0 });
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const layOut = layoutFor(widths, columnsOf(stream) ?? Infinity);
  const lines = [layOut(head).map((line) => chalk.bold(line)), ...cells.map(layOut)].flat();
  return `${lines.join('\n')}\n`;
}

/** `Run: 4cc74d0d`, without what is empty. */
const asLines = (head: readonly string[], row: readonly string[]): string =>
  head
    .map((title, column) => {
      const cell = row[column] ?? '';
      return cell === '' ? '' : `${title.slice(0, 1)}${title.slice(1).toLowerCase()}: ${cell}\n`;
    })
    .join('');

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
