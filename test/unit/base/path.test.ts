// Whatever is put together: the same as Node's.

import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { path } from '../../../src/base/path.ts';

const parts = [
  ...['', '.', '..', '/', '//', 'a', 'a b', '.a', '..a', 'a.', 'a..', '...', 'ä\n'],
  ...[
    'a/',
    '/a',
    '/a/',
    './a',
    '../a',
    'a/.',
    'a/..',
    '/a/b',
    '/a/./b',
    '/a/../b',
    '/a//b',
    '/ab',
    '/..',
  ],
];

describe('paths', () => {
  it.each(['normalize', 'dirname', 'basename', 'extname', 'isAbsolute'] as const)(
    '%s of one is as Node has it',
    (name) => {
      for (const one of parts) expect([one, path[name](one)]).toEqual([one, posix[name](one)]);
    },
  );

  it.each(['join', 'resolve'] as const)('%s of none to three is as Node has it', (name) => {
    const given = [[], ...parts.map((one) => [one]), ...pairs(), ...pairs().flatMap(inThrees)];
    for (const words of given)
      expect([words, path[name](...words)]).toEqual([words, posix[name](...words)]);
  });

  it('one is seen from another as Node has it', () => {
    for (const [from = '', to = ''] of pairs())
      expect([from, to, path.relative(from, to)]).toEqual([from, to, posix.relative(from, to)]);
  });
});

const pairs = (): string[][] => parts.flatMap((one) => parts.map((other) => [one, other]));

const inThrees = (pair: string[]): string[][] => parts.map((third) => [...pair, third]);
