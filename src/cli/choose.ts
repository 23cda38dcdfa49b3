// A question with several ways to go on, to the user at a terminal.

import { showOnOneLine } from '../base/quote.ts';
import { passInterruptOn } from './keyboard-interrupt.ts';
import type { Choose, Way } from '../launch/fallback.ts';

/** A bare Enter takes the first; Ctrl-D takes none; Ctrl-C is for the launcher to see as what it is. */
export const choose: Choose = async (question, ways) => {
  const { createInterface } = await import('node:readline');
  process.stderr.write(`ai: ${showOnOneLine(question)}\n${ways.map(linesOf).join('')}`);
  const readline = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    readline.on('close', () => {
      resolve(undefined);
    });
    passInterruptOn(readline);
    const ask = (): void => {
      readline.question(`ai: ${ways.map(letterOf).join('/')} `, (answer) => {
        const word = answer.trim().toLowerCase();
        const way = word === '' ? ways[0] : ways.find(({ key }) => key === word);
        if (way === undefined) {
          ask();
          return;
        }
        resolve(way.key);
        readline.close();
      });
    };
    ask();
  });
};

const linesOf = ({ key, text, details = [] }: Way): string =>
  [`    ${key}  ${text}`, ...details.map((line) => `         ${showOnOneLine(line)}`), ''].join(
    '\n',
  );

/** The one for Enter in capitals, as in [Y/n]. */
const letterOf = ({ key }: Way, index: number): string => (index === 0 ? key.toUpperCase() : key);
