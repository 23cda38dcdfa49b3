// What dead launchers have left, as a start sees to it. Mostly there is nothing, and then nothing is loaded for it.

import { messageOf } from '../base/errors.ts';
import type { Engine } from '../engines/engine.ts';
import { leftRuns } from '../state/runs.ts';
import type { WhoseRuns } from './finish-left-runs.ts';
import type { World } from './world.ts';

/**
 * The logins and settings that they left are wanted now; all else can wait.
 * @param writable where this run has its files: in a home that is read-only nothing can be saved
 */
export async function saveOthers(
  { emit }: World,
  writable: string,
  whose: WhoseRuns,
): Promise<void> {
  if (!areLeft({ ...whose, stateDirectory: writable })) return;
  const { saveLeftState } = await import('./finish-left-runs.ts');
  for (const text of await saveLeftState(whose)) emit({ type: 'debug', text });
}

/**
 * Finishes it beside the session, and never in its way.
 * @returns lines for the user
 */
export async function finishOthers(
  world: World,
  engine: Engine,
  whose: WhoseRuns,
): Promise<readonly string[]> {
  try {
    if (!areLeft(whose)) return [];
    const { finishLeftRuns } = await import('./finish-left-runs.ts');
    const { failures, found } = await finishLeftRuns({ ...world, ...whose }, engine);
    for (const text of failures) world.emit({ type: 'debug', text });
    return found;
  } catch (error) {
    world.emit({ type: 'debug', text: `left runs: ${messageOf(error)}` });
    return [];
  }
}

const areLeft = ({ stateDirectory, owner, ownRun }: WhoseRuns): boolean =>
  leftRuns(stateDirectory, owner, ownRun).length > 0;
