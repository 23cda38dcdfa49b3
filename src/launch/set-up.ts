// Brings this machine to a running engine.

import type { World } from './world.ts';

/**
 * Installs and starts what is missing, after the user's yes.
 * @returns true if an engine runs now, false if the user said no
 * @throws AiError where it cannot be done here
 */
export async function setUp(world: World): Promise<boolean> {
  return world.confirm('not yet');
}
