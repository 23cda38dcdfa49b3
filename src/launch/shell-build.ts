// Whether the files that users' shells load were written by this `ai`. Loads nothing: it is asked after every command.

import { statSync } from 'node:fs';
import { path } from '../base/path.ts';
import { version } from '../base/version.ts';
import { readStamp } from '../state/shell-files.ts';
import type { World } from './world.ts';

/** The version, and what tells one build from another: in a clone the version stays while the program changes. */
export function buildOf({ dist }: Pick<World, 'dist'>): string {
  const main = statSync(path.join(dist, 'main.cjs'), { throwIfNoEntry: false });
  return main === undefined
    ? version
    : `${version} ${main.size.toString(36)}-${Math.round(main.mtimeMs).toString(36)}`;
}

/** True where there are files of another one. */
export function areShellFilesOld(place: Pick<World, 'dist' | 'stateDirectory'>): boolean {
  const stamp = readStamp(place.stateDirectory);
  return stamp !== undefined && stamp.build !== buildOf(place);
}
