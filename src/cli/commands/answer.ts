// How a command answers: with data on stdout, or with a word on stderr.

import type { CommandCall } from '../commands.ts';

export const print = ({ world }: CommandCall, answer: object): void => {
  world.streams.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
};

export const say = ({ world }: CommandCall, text: string): void => {
  world.emit({ type: 'note', text });
};
