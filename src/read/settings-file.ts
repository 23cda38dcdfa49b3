// The user's settings file, as a layer of settings.

import { readTextIfThere } from '../host/files.ts';
import type { Layer } from '../settings/layers.ts';
import { settingsFile } from './home.ts';
import { parseSettings } from './settings-text.ts';

/**
 * The layer of `config.yaml`; an empty one where there is no such file (the usual case, which loads no YAML parser).
 * @throws AiError AI_SETTING_INVALID where it is no YAML mapping
 */
export async function readSettingsFile(stateDirectory: string): Promise<Layer> {
  const file = settingsFile(stateDirectory);
  return { origin: file, values: await parseSettings(file, readTextIfThere(file) ?? '') };
}
