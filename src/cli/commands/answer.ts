// How a command answers: with data on stdout, or with a word on stderr.

import { showAsJson } from '../../base/quote.ts';
import type { CommandCall } from '../commands.ts';

export const print = ({ world }: CommandCall, answer: object): void => {
  world.streams.stdout.write(`${showAsJson(answer, 2)}\n`);
};

export const say = ({ world }: CommandCall, text: string): void => {
  world.emit({ type: 'note', text });
};
