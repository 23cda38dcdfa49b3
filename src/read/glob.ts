// Files that a pattern of the shell names (glob(3)), for what Node has only since version 22.

import { readdirSync } from 'node:fs';
import { exists } from './project-file.ts';

/** Sorted, at most `most`. The pattern is an absolute path with `*`, `?`, `[…]` and backslashes. */
export function globFiles(pattern: string, most: number): readonly string[] {
  let found = [''];
  for (const segment of pattern.split('/').filter((part) => part !== '')) {
    const isPattern = /[*?[]/.test(segment);
    const matcher = isPattern ? matcherOf(segment) : undefined;
    found = found
      .flatMap((directory) =>
        matcher === undefined
          ? [`${directory}/${segment.replace(/\\(.)/g, '$1')}`]
          : listDirectory(directory)
              .filter((name) => matcher.test(name))
              .map((name) => `${directory}/${name}`),
      )
      .slice(0, most);
  }
  return found.filter((file) => file !== '' && exists(file));
}

function listDirectory(directory: string): string[] {
  try {
    return readdirSync(directory || '/').sort();
  } catch {
    return [];
  }
}

/** Names that begin with a dot want one in the pattern. */
function matcherOf(segment: string): RegExp {
  const parts = segment.match(/\\.|\*+|\?|\[[!^]?\]?[^\]]*\]|[^]/g) ?? [];
  const source = parts.map((part) => {
    if (part.startsWith('*')) return '[^]*';
    if (part === '?') return '[^]';
    if (part.length > 2 && part.startsWith('['))
      return `[${part
        .slice(1, -1)
        .replace(/^[!^]/, '^')
        .replace(/[\\[\]]/g, String.raw`\$&`)}]`;
    return part.replace(/^\\(?=.)/, '').replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
  });
  const hidden = /^[*?[]/.test(segment) ? String.raw`(?!\.)` : '';
  try {
    return new RegExp(`^${hidden}${source.join('')}$`, 'u');
  } catch {
    // A range that is none (`[z-a]`) matches nothing.
    return /^\b$/;
  }
}
