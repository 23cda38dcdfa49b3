// The page of every error code: what `ai explain` prints and docs/errors.md is made of. Nothing else loads it.

import { commitPages } from './commits.ts';
import { enginePages } from './engines.ts';
import { imagePages } from './images.ts';
import { loginPages } from './logins.ts';
import type { ErrorPage, ErrorPages, PageCode } from './page.ts';
import { projectImagePages } from './project-images.ts';
import { projectPages } from './project.ts';
import { updatePages } from './updates.ts';
import { usagePages } from './usage.ts';

/** A code without a page does not compile. */
const pages = {
  ...usagePages,
  ...projectPages,
  ...loginPages,
  ...enginePages,
  ...imagePages,
  ...updatePages,
  ...projectImagePages,
  ...commitPages,
} satisfies ErrorPages;

/** In the order of the areas. */
export const pageCodes = Object.keys(pages) as readonly PageCode[];

export const pageOf = (code: PageCode): ErrorPage => pages[code];

export const areas: readonly (readonly [title: string, codes: readonly PageCode[]])[] = [
  ['Command line and settings', Object.keys(usagePages) as PageCode[]],
  ['Project and mounts', Object.keys(projectPages) as PageCode[]],
  ['Assistants, logins and state', Object.keys(loginPages) as PageCode[]],
  ['Engines', Object.keys(enginePages) as PageCode[]],
  ['Images and set-up', Object.keys(imagePages) as PageCode[]],
  ['Updates', Object.keys(updatePages) as PageCode[]],
  ['Images of projects', Object.keys(projectImagePages) as PageCode[]],
  ['Commits', Object.keys(commitPages) as PageCode[]],
];
