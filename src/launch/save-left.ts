// What sessions of dead launchers have changed of logins and settings, saved by a command that starts none and needs no engine.

import { messageOf } from '../base/errors.ts';
import { readHost } from '../read/host-facts.ts';
import { ownerOf } from '../read/state-facts.ts';
import type { Layer } from '../settings/layers.ts';
import { hasOtherRuns } from '../state/runs.ts';
import { settle } from './settle.ts';
import type { Where, World } from './world.ts';

/** Before anything is said of a login, or done to it: `runs/` is empty mostly, and nothing is loaded then. */
export async function saveLeft(world: World, commandLine: Layer, where: Where): Promise<void> {
  const { stateDirectory, environment, emit } = world;
  if (!hasOtherRuns(stateDirectory, '')) return;
  try {
    // The command itself says what is to be said of settings.
    const { settings } = await settle({ ...world, emit: () => undefined }, commandLine, where);
    const owner = ownerOf(readHost(environment, settings), stateDirectory);
    const { saveLeftState } = await import('./finish-left-runs.ts');
    for (const text of await saveLeftState({ stateDirectory, owner }))
      emit({ type: 'warning', text });
  } catch (error) {
    emit({ type: 'debug', text: `left runs: ${messageOf(error)}` });
  }
}
