// What the user's settings say to whoever has to know before all is settled: names of assistants, and whether to speak plainly.

import { isBuiltIn } from '../base/assistant-definition.ts';
import { homeOf } from '../read/host-facts.ts';
import { readSettingsFile } from '../read/settings-file.ts';
import { stateDirectoryOf } from '../read/state-facts.ts';
import type { Layer } from '../settings/layers.ts';
import { isAssistantName } from '../settings/own-assistants.ts';
import { isMapping } from '../settings/shapes.ts';
import { wantsPlain } from '../settings/wants-plain.ts';
import { readProjectLayers, type Where } from './project-layers.ts';
import type { World } from './world.ts';

/**
 * Those of a project that nobody has trusted yet as well: whoever starts one is asked then.
 * @throws AiError AI_SETTING_INVALID where the user's file of settings cannot be read at all
 */
export async function ownNames(world: World, where: Where): Promise<readonly string[]> {
  const config = await readSettingsFile(world.stateDirectory);
  const { files } = await readProjectLayers(world, where, [config]);
  return namesIn([config, ...files.map(({ layer }) => layer)]);
}

/** Those of the user's own file, for a list: without any that could not be started, and without a word about what is wrong there. */
export async function listedNames(environment: World['environment']): Promise<readonly string[]> {
  try {
    const config = await readSettingsFile(stateDirectoryOf(environment, homeOf(environment)));
    return namesIn([config]).filter((name) => isAssistantName(name) && !isBuiltIn(name));
  } catch {
    return [];
  }
}

/** Whether the user's own file asks for plain words; nobody is told here what is wrong in it. */
export async function isPlainInFile(environment: World['environment']): Promise<boolean> {
  try {
    return wantsPlain([await readSettingsFile(stateDirectoryOf(environment, homeOf(environment)))]);
  } catch {
    return false;
  }
}

const namesIn = (layers: readonly Layer[]): readonly string[] =>
  layers.flatMap(({ values }) =>
    values.flatMap(({ key, value }) =>
      key === 'assistants' && value.kind === 'data' && isMapping(value.data)
        ? Object.keys(value.data)
        : [],
    ),
  );
