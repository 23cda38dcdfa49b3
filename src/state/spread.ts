// A login that was made, restored or ended by the user's own command, brought to where running sessions share one.

import { lstatSync, readdirSync } from 'node:fs';
import type { AssistantState } from '../assistants/assistant.ts';
import { path } from '../base/path.ts';
import { removeForeign, replaceForeign } from '../host/foreign-files.ts';
import { readForReplacing } from '../host/files.ts';
import { exchangeDirectory } from '../plan/places.ts';
import type { Truth } from './truth.ts';

export interface SharedPlace {
  stateDirectory: string;
  profile: string;
  /** Of whom the state is. */
  name: string;
}

/** With the lock of the truth held: what stands there is replaced by the truth, whatever its age. */
export function spreadLogin(
  truth: Truth,
  { exchange }: Pick<AssistantState, 'exchange'>,
  { stateDirectory, profile, name }: SharedPlace,
): void {
  if (exchange === undefined) return;
  const text = readForReplacing(path.join(truth.directory, exchange.file));
  const all = path.dirname(exchangeDirectory(stateDirectory, { profile, name, uid: 0 }));
  for (const uid of namesIn(all)) {
    const directory = path.join(all, uid);
    const { uid: user, gid } = lstatSync(directory);
    if (text === undefined) removeForeign(directory, exchange.file);
    else
      replaceForeign(directory, exchange.file, Buffer.from(text), {
        mode: 0o600,
        owner: { uid: user, gid },
      });
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
