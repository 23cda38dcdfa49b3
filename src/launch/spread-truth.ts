// After `ai auth login`: the new login reaches sessions that run already.

import { assistants, type AssistantName } from '../assistants/registry.ts';
import type { Settings } from '../settings/schema.ts';
import { readValidity } from '../state/login-validity.ts';
import { spreadLogin } from '../state/spread.ts';
import { truthOfAssistant } from '../state/take-over.ts';
import { withLock } from '../state/truth.ts';
import type { World } from './world.ts';

/** @returns true if there is a login */
export async function spreadTruth(
  { stateDirectory }: World,
  { profile, backups }: Settings,
  name: AssistantName,
): Promise<boolean> {
  const truth = truthOfAssistant(name, { stateDirectory, profile, backups });
  if (readValidity(truth.directory, assistants[name].state).length === 0) return false;
  await withLock(truth, () => {
    spreadLogin(truth, assistants[name].state, { stateDirectory, profile, name });
  });
  return true;
}
