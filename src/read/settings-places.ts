// The settings files that stand in one directory of a project, looked at before anything opens them.

import { accessSync, constants, lstatSync, statSync, type BigIntStats } from 'node:fs';
import { messageOf } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { isInside } from '../base/paths.ts';
import { largestManifest, readProjectFile, realPathOf } from './project-file.ts';
import { settingsPlaces, type SettingsPlace } from './settings-search.ts';

/** Bytes. Nobody writes so many settings; package.json holds much else. */
const largestSettings = 256 * 1024;

/** What is there by such a name and is not read. */
export interface SkippedFile {
  file: string;
  why: string;
}

export interface SettingsLook {
  directory: string;
  /** What may be opened, in the order in which it counts. */
  places: readonly { name: SettingsPlace; identity: string }[];
  skipped: readonly SkippedFile[];
}

/** Synchronous, and cheap where nothing is there. */
export function lookForSettings(directory: string, root: string): SettingsLook {
  const places: { name: SettingsPlace; identity: string }[] = [];
  const skipped: SkippedFile[] = [];
  for (const name of settingsPlaces) {
    const file = path.join(directory, name);
    const stats = statsOf(file, lstatSync);
    if (stats === undefined) continue;
    const why = refusalOf(file, stats, root);
    const isPackage = name === 'package.json';
    if (why === undefined && (!isPackage || holdsSettings(file)))
      places.push({ name, identity: identityOf(file) });
    // Every project has one, and it is for others.
    else if (why !== undefined && !isPackage) skipped.push({ file, why });
  }
  return { directory, places, skipped };
}

/** True if the file is the one that was looked at: who writes there meanwhile may not have something else opened. */
export const isUnchanged = ({ places }: SettingsLook, file: string): boolean =>
  places.some(
    ({ name, identity }) => name === path.basename(file) && identity === identityOf(file),
  );

function refusalOf(file: string, own: BigIntStats, root: string): string | undefined {
  const real = own.isSymbolicLink() ? realPathOf(file) : file;
  if (real === undefined) return 'it is a link that leads nowhere';
  if (!isInside(real, root)) return 'it is a link that leads out of the project';
  const stats = statsOf(file, statSync);
  if (stats?.isFile() !== true) return 'it is not a regular file';
  const largest = path.basename(file) === 'package.json' ? largestManifest : largestSettings;
  if (stats.size > largest) return `it has more than ${largest / 1024} kB`;
  try {
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** A dependency may be called so as well, and often is. */
function holdsSettings(file: string): boolean {
  const text = readProjectFile(file, largestManifest);
  if (text?.includes('"ai"') !== true) return false;
  try {
    const manifest: unknown = JSON.parse(text);
    return typeof manifest === 'object' && manifest !== null && Object.hasOwn(manifest, 'ai');
  } catch {
    return false;
  }
}

function identityOf(file: string): string {
  const all = [statsOf(file, lstatSync), statsOf(file, statSync)];
  return all
    .map((stats) => [stats?.dev, stats?.ino, stats?.size, stats?.mtimeNs, stats?.ctimeNs].join(' '))
    .join(', ');
}

function statsOf(file: string, look: typeof statSync): BigIntStats | undefined {
  try {
    return look(file, { throwIfNoEntry: false, bigint: true });
  } catch {
    return undefined;
  }
}
