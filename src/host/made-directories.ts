// Directories that were made for something that came to nothing, taken back.

import { rmdirSync } from 'node:fs';
import { path } from '../base/path.ts';

/** Removes them, innermost first; whatever holds something by now stays. `made` names the outermost first. */
export function removeEmpty(made: readonly string[]): void {
  for (const directory of made.toReversed())
    try {
      rmdirSync(directory);
    } catch {
      // Not empty, no directory, or gone: not ours to remove.
    }
}

/** Each directory from `outermost` down to `innermost`, both included. */
export function pathsBetween(outermost: string, innermost: string): string[] {
  const steps = path.relative(outermost, innermost).split(path.sep).filter(Boolean);
  return [
    outermost,
    ...steps.map((_, index) => path.join(outermost, ...steps.slice(0, index + 1))),
  ];
}
