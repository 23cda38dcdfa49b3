// Files of variables that the user names (setting `envFiles`), a project's `.env` mostly. Nobody reads such a file unnamed.

import { existsSync, realpathSync, statSync } from 'node:fs';
import { AiError, messageOf } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { isInside } from '../base/paths.ts';
import { readTextIfThere } from '../host/files.ts';
import { largestEnvFile, parseEnvFile, type EnvFile } from './env-file.ts';

export interface NamedEnvFile extends EnvFile {
  path: string;
}

export interface EnvFilePlaces {
  /** Where a relative name counts from; what is not there may be in the project's root. */
  directory: string;
  root: string;
  home: string;
}

/** @throws AiError AI_FILE_UNREADABLE for one that is missing, no file, or a project's link to what is not the project's */
export const readNamedEnvFiles = (
  names: readonly string[],
  places: EnvFilePlaces,
): readonly NamedEnvFile[] => names.map((name) => readNamed(placeOf(name, places), places));

function placeOf(name: string, { directory, root, home }: EnvFilePlaces): string {
  const file = name.replace(/^~(?=\/|$)/, home);
  const near = path.resolve(directory, file);
  const inRoot = path.resolve(root, file);
  return !existsSync(near) && existsSync(inRoot) ? inRoot : near;
}

function readNamed(file: string, { root }: EnvFilePlaces): NamedEnvFile {
  const refuse = (cause: string): AiError =>
    new AiError('AI_FILE_UNREADABLE', { path: file, cause });
  const stats = look(file, refuse);
  if (stats === undefined) throw refuse('there is no such file (setting envFiles)');
  if (!stats.isFile()) throw refuse('it is not a regular file');
  if (stats.size > largestEnvFile) throw refuse('it is larger than 1 MiB');
  // A cloned repository must not hand over the user's own keys by a link.
  if (isInside(file, root) && !isInside(realpathSync(file), realpathSync(root)))
    throw refuse('it is a link that leads out of the project');
  return { path: file, ...parseEnvFile(readTextIfThere(file) ?? '') };
}

function look(file: string, refuse: (cause: string) => AiError): ReturnType<typeof statSync> {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    throw refuse(messageOf(error));
  }
}
