// Names of the assistants that settings define, for whoever has to know no more than that. What is wrong with them shows later.

import type { Layer } from '../settings/layers.ts';
import { isMapping } from '../settings/shapes.ts';
import { readSettingsFile } from '../read/settings-file.ts';
import type { World } from './world.ts';

/** @throws AiError AI_SETTING_INVALID where a file of settings cannot be read at all */
export async function ownNames({ stateDirectory }: World): Promise<readonly string[]> {
  return namesIn([await readSettingsFile(stateDirectory)]);
}

const namesIn = (layers: readonly Layer[]): readonly string[] =>
  layers.flatMap(({ values }) =>
    values.flatMap(({ key, value }) =>
      key === 'assistants' && value.kind === 'data' && isMapping(value.data)
        ? Object.keys(value.data)
        : [],
    ),
  );
