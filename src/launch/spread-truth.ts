// After `ai auth login`: whether there is a new login, and its way to sessions that run already.

import type { Assistant } from '../assistants/assistant.ts';
import type { Settings } from '../settings/schema.ts';
import { stampOf } from '../host/foreign-files.ts';
import { spreadLogin } from '../state/spread.ts';
import { truthOfAssistant } from '../state/take-over.ts';
import { withLock, type Truth } from '../state/truth.ts';
import type { World } from './world.ts';

/** Changes with every change of a login in the truth. */
export function loginsNow(world: World, settings: Settings, { name, state }: Assistant): string {
  const { directory } = truthIn(world, settings, name);
  return state.credentials.map(({ file }) => stampOf(directory, file) ?? '').join();
}

/** @throws AiError AI_STATE_UNWRITABLE */
export async function spreadTruth(
  world: World,
  settings: Settings,
  { name, state }: Assistant,
): Promise<void> {
  const { stateDirectory } = world;
  const { profile } = settings;
  const truth = truthIn(world, settings, name);
  await withLock(truth, () => {
    spreadLogin(truth, state, { stateDirectory, profile, name });
  });
}

const truthIn = ({ stateDirectory }: World, { profile, backups }: Settings, name: string): Truth =>
  truthOfAssistant(name, { stateDirectory, profile, backups });
