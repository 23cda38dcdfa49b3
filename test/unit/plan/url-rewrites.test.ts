// Which urls the user has git rewrite.

import { expect, it } from 'vitest';
import { urlRewrites } from '../../../src/plan/url-rewrites.ts';

it('are those of insteadOf and pushInsteadOf', () => {
  const settings = [
    { name: 'url.git@github.com:.insteadof', value: 'https://github.com/' },
    { name: 'url.ssh://P.q/.pushinsteadof', value: 'p:' },
    { name: 'url.x.other', value: 'y' },
    { name: 'user.name', value: 'insteadof' },
  ];
  expect(urlRewrites(settings)).toEqual([
    { base: 'git@github.com:', prefix: 'https://github.com/' },
    { base: 'ssh://P.q/', prefix: 'p:', push: true },
  ]);
});
