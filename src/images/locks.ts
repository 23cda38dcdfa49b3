// Which lock an image is made by: the release's own, the one of an update, or the one that the first build of a version has left.

import { readFileSync } from 'node:fs';
import type { NpmPackage } from '../assistants/assistant.ts';
import { isOfRelease } from '../assistants/pins.ts';
import { path } from '../base/path.ts';
import type { PackageVersion } from './versions.ts';

/** Where the locks lie that are not a release's: `PackageVersion.lock` names a file in it. */
export const locksDirectory = (imagesDirectory: string): string =>
  path.join(imagesDirectory, 'locks');

/** The name of a lock's file: the package's and the version, `@scope+name@1.2.3.json`. */
export const lockName = (npm: string, version: string): string =>
  `${npm.replaceAll(/[^\w.@-]/g, '+')}@${version.replaceAll(/[^\w.+-]/g, '+')}.json`;

export interface LockPlaces {
  /** The package’s own `templates`. */
  templates: string;
  /** `images` of the state. */
  images: string;
}

/** The file of the lock for that version, whether it is there or not. */
export function lockFile(
  program: NpmPackage,
  { version, lock }: PackageVersion,
  { templates, images }: LockPlaces,
): string {
  if (lock === undefined && isOfRelease(program, version))
    return path.join(templates, 'locks', `${program.name}.json`);
  return path.join(locksDirectory(images), lock ?? lockName(program.npm, version));
}

/** The text of that lock, or undefined where there is none (yet): then the first build of the version makes one, which is kept. */
export function lockFor(
  program: NpmPackage,
  chosen: PackageVersion,
  places: LockPlaces,
): string | undefined {
  try {
    return readFileSync(lockFile(program, chosen, places), 'utf8');
  } catch {
    return undefined;
  }
}
