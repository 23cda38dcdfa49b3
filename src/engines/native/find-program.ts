// Finds a program on the PATH as a shell does, but for two things: never `ai` itself, and never by a relative directory.

import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { path } from '../../base/path.ts';

export interface ProgramSearch {
  environment: Readonly<Partial<Record<string, string>>>;
  /** Files that are `ai`: an alias or a link of the assistant's name may well lead to it. */
  ourselves: readonly string[];
}

/** The path of the first one that can be executed. What lies in the directory that we happen to be in is not meant. */
export function findProgram(
  name: string,
  { environment, ourselves }: ProgramSearch,
): string | undefined {
  const own = ourselves.map(realPathOf);
  return (environment['PATH'] ?? '')
    .split(path.delimiter)
    .filter((directory) => path.isAbsolute(directory))
    .map((directory) => path.join(directory, name))
    .find((file) => isExecutable(file) && !own.includes(realPathOf(file)));
}

/** A directory is none, though it has the mode of one. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function realPathOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
