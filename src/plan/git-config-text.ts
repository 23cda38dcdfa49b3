// Settings as a file that git reads (git-config(1), "Syntax"). Pure.

import type { GitSetting } from './facts.ts';
import { splitName } from './git-allowed.ts';

/** In the order given; what follows in the same section stands under one heading. */
export function renderGitConfig(settings: readonly GitSetting[]): string {
  let heading = '';
  const lines = settings.flatMap(({ name: full, value }) => {
    const { section, subsection, name } = splitName(full);
    const of = subsection === undefined ? '' : ` "${escape(subsection)}"`;
    const own = `[${section}${of}]`;
    const isNew = own !== heading;
    heading = own;
    return [...(isNew ? [own] : []), `\t${name} = ${quoteForGit(value)}`];
  });
  return lines.map((line) => `${line}\n`).join('');
}

const escape = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');

const quoteForGit = (value: string): string =>
  `"${escape(value).replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;
