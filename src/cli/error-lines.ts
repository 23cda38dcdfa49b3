// The lines of an expected error as they are shown: what happened, details, what to do next, and its code.

import type { AiError } from '../base/errors.ts';
import { wrap } from './layout.ts';
import { wordsOf } from './words.ts';

type Style = (text: string) => string;

export interface ErrorLook {
  red: Style;
  dim: Style;
  bold: Style;
  /** Words instead of marks. */
  plain: boolean;
  /** Somebody reads it now, who may want to know how to learn more; else the last line is the code, for scripts. */
  seen: boolean;
  /** Columns, Infinity where no line is to be broken. */
  width: number;
}

const asItIs: Style = (text) => text;

/** As it reaches a file or another program. */
export const unseenLook: ErrorLook = {
  ...{ red: asItIs, dim: asItIs, bold: asItIs },
  ...{ plain: false, seen: false, width: Infinity },
};

const indent = '    ';

export function errorLines(error: AiError, look: ErrorLook): readonly string[] {
  const { red, dim, bold, plain, seen, width } = look;
  const { what, details = [], next } = wordsOf(error);
  const [first = '', ...more] = wrap(what, width - indent.length);
  const mark = plain ? 'next:' : '→';
  const [then = '', ...others] = clauses(next, width - indent.length - mark.length - 1);
  return [
    `${red('ai:')} ${first}`,
    ...[...more, ...details].map((line) => indent + line),
    `${indent}${bold(mark)} ${then}`,
    ...others.map((line) => indent + ' '.repeat(mark.length + 1) + line),
    `${indent}${dim(seen ? `ai explain ${error.code}` : error.code)}`,
  ];
}

/** Broken only between clauses, not in brackets or quotes: a command is to be copied whole. */
function clauses(text: string, width: number): readonly string[] {
  if (text.length <= width) return [text];
  const lines: string[] = [];
  for (const clause of text.match(/(?:\([^)]*\)|'[^']*'|;(?! )|[^;])+;?/g) ?? [text]) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + clause.length <= width)
      lines[lines.length - 1] = `${line} ${clause.trim()}`;
    else lines.push(clause.trim());
  }
  return lines;
}
