// What is said of an assistant's versions: what is out, what stays, what comes next.

import type { ChosenVersion } from '../images/versions.ts';
import type { Judged } from '../launch/updates/ask-newest.ts';

/** In a table. */
export const stateOf = ({ program, verdict: { what } }: Judged): string =>
  ({
    newer: `ai update ${program.name}`,
    current: '-',
    pinned: 'pinned',
    set: 'set in your settings',
  })[what];

/** Of one that is left alone. */
export function lineOf({ program, names, verdict: { what, here, newest } }: Judged): string {
  const { name } = program;
  const isOut = newest === here ? 'which is the newest' : `${newest} is out`;
  switch (what) {
    case 'pinned':
      return `${name} stays at ${here} (pinned), ${isOut}: ai image pin ${name} --off`;
    case 'set':
      return `${names[0] ?? name} ${here} is set in your settings (assistants.${names[0] ?? name}.npm), ${isOut}`;
    default:
      return newest === here
        ? `${name} ${here} is the newest`
        : `${name} ${here} is newer than the newest that the registry has, ${newest}`;
  }
}

/** Of one that was updated. */
export const resultOf = ({ program: { name }, names, verdict: { here, newest } }: Judged): string =>
  `${names.join(' and ')} ${names.length > 1 ? 'are' : 'is'} ${newest} from the next start on; ${here} is kept: ai image rollback ${name}`;

/** Of one that somebody has chosen another version of while the update went on. */
export const overtakenOf = (
  { program: { name }, verdict: { newest } }: Judged,
  { version, by }: ChosenVersion,
): string =>
  `${name} was ${by === 'pin' ? 'pinned at' : 'set to'} ${version} meanwhile, and stays there: ${newest} was made and tried out, and is not taken`;
