// Keys that stood in a file of variables, one file each from now on, so that each reaches its own assistant only.

import { lstatSync } from 'node:fs';
import { assistants } from '../assistants/registry.ts';
import { path } from '../base/path.ts';
import { ensureDirectory, writeFileAtomically } from '../host/files.ts';
import { secretFile } from '../plan/kept-values.ts';
import { defaultProfile, globalState } from '../plan/places.ts';

/** Those that Claude knows; a file that is there stays. @throws AiError AI_STATE_UNWRITABLE */
export function takeKeys(stateDirectory: string, keys: Readonly<Record<string, string>>): void {
  const global = globalState(stateDirectory, defaultProfile);
  for (const { name, file = name } of assistants.claude.hostVariables) {
    const value = keys[name];
    const place = secretFile(global, file);
    if (!value || /\s/.test(value) || lstatSync(place, { throwIfNoEntry: false })) continue;
    ensureDirectory(path.dirname(place));
    writeFileAtomically(place, `${value}\n`, { mode: 0o600 });
  }
}
