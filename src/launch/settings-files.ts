// The settings files that count where a command runs: the user's, and those of the project.

import path from 'node:path';
import { existsSync } from 'node:fs';
import { isAiError } from '../base/errors.ts';
import { readTextIfThere } from '../host/files.ts';
import { readProject } from '../read/project.ts';
import { settingsFile } from '../read/settings-file.ts';
import { parseSettings } from '../read/settings-text.ts';
import type { Layer } from '../settings/layers.ts';
import type { World } from './world.ts';

export interface SettingsFile {
  file: string;
  owner: 'user' | 'project';
  isThere: boolean;
  /** Its values; none where its form is wrong. */
  layer: Layer;
}

/** The user's first: later ones win. */
export async function settingsFiles(
  world: World,
  directory: string,
): Promise<readonly SettingsFile[]> {
  const file = settingsFile(world.stateDirectory);
  const user = {
    file,
    owner: 'user',
    isThere: existsSync(file),
    layer: { origin: file, values: await valuesOf(file, readTextIfThere(file) ?? '') },
  } as const;
  return [user, ...projectFilesIn(world, directory)];
}

/** The file that a setting of the project goes to: the nearest there is, else one at its root. @throws AiError */
export function projectFileFor(world: World, directory: string): { root: string; name: string } {
  const { home, stateDirectory } = world;
  const { root } = readProject(directory, { home, stateDirectory, allowAnyRoot: false });
  const nearest = projectFilesIn(world, directory).at(-1);
  return { root, name: nearest ? path.relative(root, nearest.file) : '.airc' };
}

function projectFilesIn(_world: World, _directory: string): readonly SettingsFile[] {
  return [];
}

async function valuesOf(file: string, text: string): Promise<Layer['values']> {
  try {
    return await parseSettings(file, text);
  } catch (error) {
    if (isAiError(error, 'AI_SETTING_INVALID')) return [];
    throw error;
  }
}
