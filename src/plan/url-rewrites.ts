// How the user has git rewrite urls: what is written as https may go by ssh. Pure.

import type { GitSetting } from './facts.ts';
import { splitName } from './git-allowed.ts';
import type { UrlRewrite } from './ssh-facts.ts';

/** `url.<base>.insteadOf = <prefix>` and `pushInsteadOf` (git-config(1)). */
export const urlRewrites = (settings: readonly GitSetting[]): readonly UrlRewrite[] =>
  settings.flatMap(({ name: full, value: prefix }) => {
    const { section, subsection: base, name } = splitName(full);
    if (section !== 'url' || base === undefined) return [];
    if (name === 'insteadof') return [{ base, prefix }];
    return name === 'pushinsteadof' ? [{ base, prefix, push: true }] : [];
  });
