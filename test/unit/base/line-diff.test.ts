// Differences of two texts, line by line.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines } from '../../../src/base/line-diff.ts';

const show = (before: string, after: string): string =>
  diffLines(before, after)
    .map(({ sign, text }) => `${sign}${text}`)
    .join('|');

describe('two texts', () => {
  it.each([
    ['', '', ''],
    ['a\n', 'a\n', '…'],
    ['', 'a\nb\n', '+a|+b'],
    ['a\nb', '', '-a|-b'],
    ['a\nb\nc\n', 'a\nx\nc\n', ' a|-b|+x| c'],
    ['1\n2\n3\n4\n5\n6\n7\n', '1\n2\n3\n4\nx\n6\n7\n', '…| 3| 4|-5|+x| 6| 7'],
    ['a\nb\nc\nd\n', 'b\nc\nd\na\n', '-a| b| c|…'.replace('|…', '| d|+a')],
  ])('%j and %j', (before, after, expected) => {
    expect(show(before, after)).toBe(expected);
  });

  it('are both in what is shown of them, where it is all near', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before.join('\n'), after.join('\n'));
        const without = (sign: string): string[] =>
          lines.filter((line) => line.sign !== sign).map((line) => line.text);
        if (lines.some(({ sign }) => sign === '…')) return;
        expect(without('+')).toEqual(before);
        expect(without('-')).toEqual(after);
      }),
    );
  });

  it('of many different lines take no long time', () => {
    const many = (word: string): string =>
      Array.from({ length: 20_000 }, (_, index) => `${word}${index}`).join('\n');
    expect(diffLines(many('a'), many('b'))).toHaveLength(40_000);
  });
});
