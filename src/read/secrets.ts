// Keys that the user keeps in files: `global_state/secrets/<name>`, one key each. No run mounts that directory.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { Assistant } from '../assistants/assistant.ts';
import { secretFile } from '../plan/environment.ts';

/**
 * What stands in the files that this assistant may use, by the file's name.
 * @param more names of files that this run uses beside them
 */
export function readSecrets(
  global: string,
  { hostVariables }: Assistant,
  more: readonly string[] = [],
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  // Most people have none.
  const there = new Set(namesIn(secretFile(global, '')));
  for (const file of [...hostVariables.map(({ name, file: own = name }) => own), ...more]) {
    const key = there.has(file) ? readKey(secretFile(global, file)) : undefined;
    if (key) found[file] = key;
  }
  return found;
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/**
 * Links are followed: only the user writes there, and may keep keys elsewhere. Its mode is not judged: nobody else gets
 * into the directory. What is no file, cannot be read, is empty or has several lines holds no key.
 */
function readKey(file: string): string | undefined {
  try {
    const key = statSync(file).isFile() ? readFileSync(file, 'utf8').trim() : '';
    return /\s/.test(key) ? undefined : key;
  } catch {
    return undefined;
  }
}
