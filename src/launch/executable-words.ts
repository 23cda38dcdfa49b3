// What is said at the end of a run about the files that this machine runs later: one line each for people.

import type { ExecutableChange, ExecutableKind } from '../plan/executable-files.ts';
import { listNames } from '../plan/mask.ts';

const mostNamed = 3;

/** Git comes to these by itself, at the next `git status` or commit: they are never among the “more”. */
const ofGit: readonly ExecutableKind[] = ['git config', 'repository', 'git hook'];

export function wordsForChanges(
  changes: readonly ExecutableChange[],
  complete: boolean,
): readonly string[] {
  const unseen = 'not all of the project could be looked at';
  if (changes.length === 0) return complete ? [] : [`${unseen} for what this machine runs later`];
  const isOfGit = ({ kind }: ExecutableChange): boolean => ofGit.includes(kind);
  const paths = [...changes.filter(isOfGit), ...changes.filter((one) => !isOfGit(one))].map(
    ({ path }) => path,
  );
  const more = paths.length - mostNamed;
  const names = `${listNames(paths.slice(0, mostNamed))}${more > 0 ? ` and ${more} more` : ''}`;
  return [
    `changed, and run by this machine later: ${names}${complete ? '' : `; ${unseen}`} (ai changes)`,
  ];
}

export const wordsForReplaced = (names: readonly string[]): readonly string[] =>
  names.length === 0
    ? []
    : [
        `replaced on this machine while the session ran, so the session could write there from then on: ${listNames(names)}`,
      ];
