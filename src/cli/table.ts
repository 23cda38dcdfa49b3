// Tables for lists: aligned columns, a head that stands out at a terminal.

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
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${[chalk.bold(line(head)), ...cells.map(line)].join('\n')}\n`;
}
