// Whether the state directory holds anything of before that has to be seen to first. Two looks at the disk, mostly.

import { readdirSync } from 'node:fs';
import { path } from '../base/path.ts';
import type { World } from './world.ts';

/** What the shell functions kept there, by its first name; `migrated.json` says that it was taken over. */
const ofFunctions = new Set([
  ...['settings.json', 'google_accounts.json', 'oauth_creds.json', 'installation_id', 'state.json'],
  ...['claude_config.json', 'glm_config.json', 'claude_config', 'glm_config', 'claude.env'],
]);

/** Before anything reads a login: takes over what is there of before, and ends a restoration that was cut short. */
export async function migrateOnce(world: World): Promise<void> {
  const { stateDirectory } = world;
  const names = namesIn(stateDirectory);
  if (names.length === 0) return;
  const inGlobal = namesIn(path.join(stateDirectory, 'global_state'));
  const isNew = !names.includes('migrated.json');
  const isCutShort = namesIn(path.join(stateDirectory, 'backups')).includes('restoring.json');
  if (!isCutShort && !(isNew && [...names, ...inGlobal].some((name) => ofFunctions.has(name))))
    return;
  const { migrateFirst } = await import('./migrate.ts');
  await migrateFirst(world);
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
