// Keys that the user keeps in files: `global_state/secrets/<name>`, one key each.

import { lstatSync } from 'node:fs';
import path from 'node:path';
import type { Assistant } from '../assistants/assistant.ts';
import { readRegularFile } from '../host/files.ts';

/** What stands in the files that this assistant may use, by the file's name; an empty file is none. */
export function readSecrets(
  stateDirectory: string,
  { hostVariables }: Assistant,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { file } of hostVariables) {
    if (file === undefined) continue;
    const place = path.join(stateDirectory, 'global_state', 'secrets', file);
    if (!lstatSync(place, { throwIfNoEntry: false })) continue;
    const text = readRegularFile(place)?.trim();
    if (text) found[file] = text;
  }
  return found;
}
