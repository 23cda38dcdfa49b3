// Where programs of the host that the launcher starts are looked for: never where a session may put one of their names.

import { accessSync, constants, realpathSync } from 'node:fs';
import { path } from '../base/path.ts';
import { isInside } from '../base/paths.ts';

/** For programs that belong to the system; NixOS has places of its own for them. */
export const systemPath =
  '/run/wrappers/bin:/usr/local/bin:/usr/bin:/bin:/run/current-system/sw/bin';

/**
 * The PATH without relative and empty entries, and without those that lie in a place that sessions write: an activated
 * `.venv/bin` is on it, and `node_modules/.bin` under `npm run`. Never empty: the system would look here, in this directory.
 * @param writable directories with everything below them
 */
export function programPath(
  given: string | undefined,
  writable: readonly string[],
): string | undefined {
  if (given === undefined) return undefined;
  const places = writable.map(realPathOf);
  const kept = given.split(path.delimiter).filter((entry) => {
    if (!path.isAbsolute(entry)) return false;
    if (places.length === 0) return true;
    // Both ways: a link in the project that leads out of it can be led elsewhere.
    const ways = [path.normalize(entry), realPathOf(entry)];
    return !places.some((place) => ways.some((way) => isInside(way, place)));
  });
  return kept.length > 0 ? kept.join(path.delimiter) : systemPath;
}

/** The first program of that name on a PATH, as a shell finds it. */
export const programAt = (name: string, given: string | undefined): string | undefined =>
  (given ?? '')
    .split(path.delimiter)
    .map((directory) => path.join(directory, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });

/** What is not there is compared as it is written: it may come. */
function realPathOf(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    return path.normalize(file);
  }
}
