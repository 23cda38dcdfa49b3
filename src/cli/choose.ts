// A question with several ways to go on, to the user at a terminal.

import { showOnOneLine } from '../base/quote.ts';
import type { Choose, Way } from '../launch/fallback.ts';
import { askLine } from './ask-line.ts';

/** A bare Enter takes the first. */
export const choose: Choose = async (question, ways) => {
  process.stderr.write(`ai: ${showOnOneLine(question)}\n${ways.map(linesOf).join('')}`);
  return askLine(`ai: ${ways.map(letterOf).join('/')} `, (line) => {
    const way = line === '' ? ways[0] : ways.find(({ key }) => key === line.toLowerCase());
    return way?.key;
  });
};

const linesOf = ({ key, text, details = [] }: Way): string =>
  [`    ${key}  ${text}`, ...details.map((line) => `         ${showOnOneLine(line)}`), ''].join(
    '\n',
  );

/** The one for Enter in capitals, as in [Y/n]. */
const letterOf = ({ key }: Way, index: number): string => (index === 0 ? key.toUpperCase() : key);
