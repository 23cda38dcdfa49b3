// What completion has to look up (`ai completion list KIND`): a line for each word, with a tab and what it is. A program of its
// own, because somebody has pressed TAB and waits; what cannot be found out is left out without a word.

import { showOnOneLine } from '../base/quote.ts';
import { shorten } from '../base/shorten.ts';
import { listable, type Listed } from './completion-lists.ts';

/** Characters of what stands beside a word. */
const longestText = 60;

/** Words that shells take without quotes. A container's label may say anything. */
const safe = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$/;

const lineOf = ([word, text]: Listed): string =>
  text === undefined ? `${word}\n` : `${word}\t${shorten(showOnOneLine(text), longestText)}\n`;

listable(process.argv[4], process.env).then(
  (found) => {
    process.stdout.write(
      found
        .filter(([word]) => safe.test(word))
        .map(lineOf)
        .join(''),
    );
  },
  () => undefined,
);
