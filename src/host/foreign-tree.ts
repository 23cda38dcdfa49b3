// Which files there are in a tree that a session has written: the wanted regular ones, and why others are refused.

import { lstatSync, readdirSync } from 'node:fs';
import { messageOf, systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { isPassing, stampText, within } from './foreign-files.ts';
import { openDirectory, type OpenDirectory } from './open-directory.ts';

const mostFiles = 20_000;
const deepest = 16;

export interface ForeignFile {
  /** Relative to the root. */
  name: string;
  /** Changes with every change of the file. */
  stamp: string;
  mode: number;
}

export interface Refusal {
  name: string;
  why: string;
}

export interface Wanted {
  file: (name: string) => boolean;
  directory: (name: string) => boolean;
}

/**
 * The wanted regular files below a directory. What is wanted by its name and is something else is refused.
 * @param below the way from `root` to that directory; a link on it is refused as well
 * @throws what the system says, where that passes
 */
export function listForeign(
  root: string,
  wanted: Wanted,
  below = '',
): { files: readonly ForeignFile[]; refused: readonly Refusal[] } {
  const files: ForeignFile[] = [];
  const refused: Refusal[] = [];
  const refuse = (name: string, why: string): void => {
    refused.push({ name, why });
  };
  let isFull = false;
  const take = (file: string, name: string): void => {
    try {
      files.push(look(file, name));
    } catch (error) {
      if (isPassing(error)) throw error;
      // Gone meanwhile, or its name is no text, so that nobody can say which one it is.
      refuse(name, systemCode(error) === 'ENOENT' ? 'its name leads nowhere' : messageOf(error));
    }
  };
  const visit = (directory: OpenDirectory, prefix: string, depth: number): void => {
    for (const entry of readdirSync(directory.self, { withFileTypes: true })) {
      const name = `${prefix}${entry.name}`;
      if (entry.isDirectory()) {
        if (wanted.directory(name)) {
          if (depth >= deepest) refuse(name, 'it is nested too deeply');
          else enter(directory.entry(entry.name), name, depth + 1);
        } else if (wanted.file(name)) refuse(name, 'it is a directory');
        continue;
      }
      if (!wanted.file(name)) {
        if (wanted.directory(name)) refuse(name, kindOf(entry) ?? 'it is not a directory');
        continue;
      }
      if (files.length >= mostFiles) {
        if (!isFull) refuse(prefix || '.', `there are more than ${mostFiles} files`);
        isFull = true;
        return;
      }
      const why = kindOf(entry);
      if (why === undefined) take(directory.entry(entry.name), name);
      else refuse(name, why);
    }
  };
  const enter = (place: string, name: string, depth: number): void => {
    try {
      const directory = openDirectory(place);
      try {
        visit(directory, name === '' ? '' : `${name}/`, depth);
      } finally {
        directory.close();
      }
    } catch (error) {
      if (isPassing(error)) throw error;
      // Gone meanwhile, or never there.
      if (systemCode(error) !== 'ENOENT') refuse(name || '.', messageOf(error));
    }
  };
  try {
    within(root, path.join(below, 'any'), (_, directory) => {
      visit(directory, '', 0);
    });
  } catch (error) {
    if (isPassing(error)) throw error;
    refuse('.', messageOf(error));
  }
  return { files, refused };
}

function look(file: string, name: string): ForeignFile {
  const found = lstatSync(file, { bigint: true });
  return { name, stamp: stampText(found), mode: Number(found.mode) & 0o777 };
}

const kindOf = (entry: {
  isFile: () => boolean;
  isSymbolicLink: () => boolean;
  isFIFO: () => boolean;
  isSocket: () => boolean;
}): string | undefined => {
  if (entry.isFile()) return undefined;
  if (entry.isSymbolicLink()) return 'it is a link';
  if (entry.isFIFO()) return 'it is a pipe';
  return entry.isSocket() ? 'it is a socket' : 'it is a device';
};
