// The settings of a command: defaults, the user's file, the environment, the command line.

import {
  environmentLayer,
  resolveSettings,
  type Layer,
  type ResolvedSettings,
} from '../settings/layers.ts';
import { readSettingsFile } from '../read/settings-file.ts';
import type { World } from './world.ts';

/**
 * Project files are not read: a cloned repository's settings need the user's trust first.
 * @throws AiError AI_SETTING_INVALID with everything that is wrong in any layer
 */
export async function settle(world: World, commandLine: Layer): Promise<ResolvedSettings> {
  const file = await readSettingsFile(world.stateDirectory);
  const { layer, warnings } = environmentLayer(world.environment);
  for (const text of warnings) world.emit({ type: 'warning', text });
  return resolveSettings([file, layer, commandLine]);
}
