// ai init: a settings file for a project that has none.

import { AiError } from '../base/errors.ts';
import { path } from '../base/path.ts';
import type { ProjectFacts } from '../plan/facts.ts';
import { starterSettings, type StarterSettings } from '../plan/starter-settings.ts';
import { readProjectSigns } from '../read/project-signs.ts';
import { lookForSettings } from '../read/settings-places.ts';
import { changeProjectSettings } from '../state/settings-files.ts';
import type { World } from './world.ts';

export const starterName = '.airc.yaml';

/** @throws AiError AI_USAGE where the project has settings already, whatever is in them */
export function planStarter({ root }: ProjectFacts): StarterSettings {
  const { places, skipped } = lookForSettings(root, root);
  const [there] = [
    ...places.map(({ name }) => name),
    ...skipped.map(({ file }) => path.basename(file)),
  ];
  if (there !== undefined)
    throw new AiError('AI_USAGE', {
      problem: `this project has settings already: ${path.join(root, there)}`,
      next: 'ai config edit --project  changes them, ai trust --show  shows what they do',
    });
  return starterSettings(readProjectSigns({ root }));
}

/** @returns the file. @throws AiError AI_USAGE, AI_STATE_UNWRITABLE */
export async function writeStarter(
  { stateDirectory }: Pick<World, 'stateDirectory'>,
  { root }: ProjectFacts,
  text: string,
): Promise<string> {
  const { file } = await changeProjectSettings(
    stateDirectory,
    { root, name: starterName },
    (before) => {
      if (before === '') return text;
      throw new AiError('AI_USAGE', {
        problem: `${path.join(root, starterName)} has just been written by somebody else`,
        next: 'ai config edit --project  changes it',
      });
    },
  );
  return file;
}
