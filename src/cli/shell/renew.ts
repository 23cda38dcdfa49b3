// Writes the files that users' shells load anew, after an update.

import { messageOf } from '../../base/errors.ts';
import { shellFilesToWrite } from '../../launch/set-up-shell.ts';
import type { World } from '../../launch/world.ts';
import { shellFunctions } from './functions.ts';
import { shellText } from './text.ts';

/** A home that cannot be written is no failure of what was asked for: the old ones serve. */
export function renew(world: World): void {
  try {
    shellFilesToWrite(world, shellText, { all: shellFunctions.map(({ name }) => name) })?.();
  } catch (error) {
    world.emit({ type: 'debug', text: `shell functions: ${messageOf(error)}` });
  }
}
