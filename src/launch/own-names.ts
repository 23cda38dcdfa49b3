// Names of assistants that the settings of the user and of the project give, for a command line that has one of them.

import { readSettingsFile } from '../read/settings-file.ts';
import { namesIn } from './listed-names.ts';
import { readProjectLayers } from './project-layers.ts';
import type { Where, World } from './world.ts';

/**
 * Those of a project that nobody has trusted yet as well: whoever starts one is asked then.
 * @throws AiError AI_SETTING_INVALID where the user's file of settings cannot be read at all
 */
export async function ownNames(world: World, where: Where): Promise<readonly string[]> {
  const config = await readSettingsFile(world.stateDirectory);
  const { files } = await readProjectLayers(world, where, [config]);
  return namesIn([config, ...files.map(({ layer }) => layer)]);
}
