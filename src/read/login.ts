// The login that an assistant's state holds.

import path from 'node:path';
import type { Assistant, Login } from '../assistants/assistant.ts';
import { readRegularFile } from '../host/files.ts';

/** From the state at the vendor itself, `global_state/<name>`; undefined where it holds none. */
export function readLogin(stateDirectory: string, { name, state }: Assistant): Login | undefined {
  const directory = path.join(stateDirectory, 'global_state', name, state.directories[0].part);
  return state.login((file) => readRegularFile(path.join(directory, file)));
}
