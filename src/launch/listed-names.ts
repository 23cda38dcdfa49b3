// What the user's own file of settings says to whoever lists or speaks before all is settled: names of assistants, and whether to
// speak plainly. Nobody is told here what is wrong in it.

import { isBuiltIn } from '../base/assistant-definition.ts';
import { homeOf, stateDirectoryOf } from '../read/home.ts';
import { readSettingsFile } from '../read/settings-file.ts';
import type { Layer } from '../settings/layers.ts';
import { isAssistantName } from '../settings/own-assistants.ts';
import { isMapping } from '../settings/shapes.ts';
import { wantsPlain } from '../settings/wants-plain.ts';
import type { World } from './world.ts';

/** For a list: without any that could not be started. */
export async function listedNames(environment: World['environment']): Promise<readonly string[]> {
  try {
    const config = await readSettingsFile(stateDirectoryOf(environment, homeOf(environment)));
    return namesIn([config]).filter((name) => isAssistantName(name) && !isBuiltIn(name));
  } catch {
    return [];
  }
}

/** Whether the file asks for plain words. */
export async function isPlainInFile(environment: World['environment']): Promise<boolean> {
  try {
    return wantsPlain([await readSettingsFile(stateDirectoryOf(environment, homeOf(environment)))]);
  } catch {
    return false;
  }
}

/** Names of assistants as layers of settings have them, whatever these are worth. */
export const namesIn = (layers: readonly Layer[]): readonly string[] =>
  layers.flatMap(({ values }) =>
    values.flatMap(({ key, value }) =>
      key === 'assistants' && value.kind === 'data' && isMapping(value.data)
        ? Object.keys(value.data)
        : [],
    ),
  );
