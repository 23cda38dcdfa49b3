// The words about what an image has that the last one had not.

import { expect, it } from 'vitest';
import { changesBetween, type Ingredients } from '../../../src/plan/image-ingredients.ts';

const before: Ingredients = {
  tag: 'a:1',
  version: '2.1.329',
  base: 'node:24',
  own: { Dockerfile: 'd1', 'start script': 's1' },
  packages: ['git', 'npm:pnpm@9', 'pip:ruff'],
  sources: {
    Dockerfile: { hash: 'h1', lines: { Dockerfile: 'l1\nl2\nl3' }, files: { a: '1', b: '1' } },
  },
};

it.each<[string, Partial<Ingredients>, readonly string[]]>([
  ['nothing', {}, []],
  ['the version', { version: '2.1.332' }, ['claude 2.1.329 -> 2.1.332']],
  ['the base', { base: 'node:25' }, ['base: node:24 -> node:25']],
  ['ai', { own: { Dockerfile: 'd1', 'start script': 's2' } }, ['ai itself: start script']],
  [
    'packages',
    { packages: ['tree', 'npm:pnpm@10', 'pip:ruff'] },
    ['image.packages: + tree, npm:pnpm@9 -> npm:pnpm@10, - git'],
  ],
  [
    'a Dockerfile',
    {
      sources: {
        Dockerfile: {
          hash: 'h2',
          lines: { Dockerfile: 'l1\nX\nl3\nY' },
          files: { a: '2', c: '1' },
        },
      },
    },
    ['Dockerfile changed (2 lines)', 'what Dockerfile copies: a changed, - b, + c'],
  ],
  [
    'one instead of another',
    { sources: { 'x.json': { hash: 'h', lines: {} } } },
    ['no longer: Dockerfile', 'new: x.json'],
  ],
  [
    'a hash alone',
    { sources: { Dockerfile: { ...before.sources['Dockerfile']!, hash: 'h2' } } },
    [],
  ],
])('name %s', (_what, change, words) => {
  expect(changesBetween('claude', before, { ...before, ...change })).toEqual(words);
});
