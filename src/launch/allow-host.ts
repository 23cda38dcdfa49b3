// One more host that runs with `network: allowlist` may reach, in the user's settings or the project's.

import { readRegularFile, readTextIfThere } from '../host/files.ts';
import { valueAt } from '../settings/edit-data.ts';
import { readData, waysOf } from '../settings/edit-settings.ts';
import { schema } from '../settings/schema.ts';
import { changeSetting, type Changed } from './change-setting.ts';
import { fileToChange, formOf, settingsFiles } from './settings-files.ts';
import type { Where, World } from './world.ts';

export interface Allowed extends Pick<Changed, 'file' | 'state'> {
  /** False where it was there before. */
  changed: boolean;
}

/**
 * @param host as the setting has it
 * @throws AiError AI_SETTING_INVALID, AI_STATE_UNWRITABLE
 */
export async function allowHost(
  world: World,
  host: string,
  { isProject, where }: { isProject: boolean; where: Where },
): Promise<Allowed> {
  const { type } = schema.allow;
  const { file } = await fileToChange(world, where, isProject);
  const text = isProject ? readRegularFile(file) : readTextIfThere(file);
  const before = await hostsIn(file, text ?? '');
  if (before.includes(host)) {
    const state = (await settingsFiles(world, where)).find((one) => one.file === file)?.state;
    return { file, changed: false, ...(state && { state }) };
  }
  return changeSetting(world, {
    place: { key: 'allow', inside: [], type },
    ...{ value: [...before, host], isProject, where },
  });
}

/** What that file says itself, whether it counts or not. What is wrong in it is for the change to say. */
async function hostsIn(file: string, text: string): Promise<readonly string[]> {
  try {
    const settings = await readData({ file, text, ...formOf(file, text) });
    const [way] = waysOf(settings, 'allow').slice(-1);
    return (way && schema.allow.type.fromData(valueAt(settings, way))) ?? [];
  } catch {
    return [];
  }
}
