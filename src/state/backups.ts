// Earlier versions of the files of a truth: one is kept before every change, the oldest go when there are too many.

import { copyFileSync, linkSync, readdirSync, rmSync } from 'node:fs';
import { systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { ensureDirectory, unwritable } from '../host/files.ts';

/**
 * Keeps the file as it is now. Truth is only ever replaced, so a second name of the file is as good as a copy.
 * @param keep how many versions of this file stay
 * @throws AiError AI_STATE_UNWRITABLE
 */
export function keepVersion(file: string, directory: string, keep: number): void {
  ensureDirectory(directory);
  try {
    addVersion(file, path.join(directory, timeName(new Date())));
    for (const name of versionsIn(directory).slice(0, -keep)) rmSync(path.join(directory, name));
  } catch (error) {
    // Another `ai` has tidied up at the same moment, or the file has gone.
    if (systemCode(error) === 'ENOENT') return;
    throw unwritable(directory, error);
  }
}

/** Oldest first. */
export function versionsIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => isTimeName.test(name))
      .sort();
  } catch {
    return [];
  }
}

/** Fit for a file name, and in order: `2026-11-26T21-40-00.123Z`. */
export const timeName = (time: Date): string => time.toISOString().replaceAll(':', '-');

const isTimeName = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z(\.\d+)?$/;

function addVersion(file: string, version: string, attempt = 0): void {
  // In order by its name, too.
  const name = attempt === 0 ? version : `${version}.${String(attempt).padStart(4, '0')}`;
  try {
    linkSync(file, name);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') addVersion(file, version, attempt + 1);
    else if (code === 'ENOENT') throw error;
    // Without hard links, or on another file system.
    else copyFileSync(file, name);
  }
}
