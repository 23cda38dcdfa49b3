// Secrets that the user keeps in files, one each: `global_state/secrets/<name>`, and a project's own. No run mounts them.

import { path } from '../base/path.ts';
import { largestSecret } from '../base/secret-patterns.ts';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { Assistant } from '../assistants/assistant.ts';
import type { Texts } from '../plan/facts.ts';
import { projectSecrets, secretsDirectory } from '../plan/kept-values.ts';
import type { KnownNames } from '../plan/reach.ts';
import { commandIn } from '../settings/references.ts';

/** What stands in the files that this assistant may use, by the file's name. @param more names that the run asks for itself */
export function readSecrets(
  global: string,
  { hostVariables }: Assistant,
  more: readonly string[] = [],
): Texts {
  const directory = secretsDirectory(global);
  // Most people have none.
  const there = new Set(namesIn(directory));
  const known = hostVariables.map(({ name, file = name }) => file);
  return readAll(
    directory,
    [...known, ...more].filter((name) => there.has(name)),
    known,
  );
}

/** Those of a project: what this assistant knows, and what none knows, which every run of the project gets. */
export function readProjectSecrets(
  stateDirectory: string,
  projectId: string,
  { hostVariables }: Assistant,
  { isKnown }: KnownNames,
): { directory: string; values: Texts } {
  const directory = projectSecrets(stateDirectory, projectId);
  const known = hostVariables.map(({ name, file = name }) => file);
  const names = secretNamesIn(directory).filter((name) => known.includes(name) || !isKnown(name));
  return { directory, values: readAll(directory, names, known) };
}

/** Names of secrets in a directory; what has no variable's name is none. */
export const secretNamesIn = (directory: string): readonly string[] =>
  namesIn(directory).filter((name) => isSecretName(name));

export const isSecretName = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(name);

/** The text of a secret as it stands in its file; undefined where there is none. `isWord`: an assistant's own, which is one word. */
export function readSecret(file: string, isWord: boolean): string | undefined {
  try {
    const stats = statSync(file);
    if (!stats.isFile() || stats.size > largestSecret + 2) return undefined;
    const text = readFileSync(file, 'utf8');
    if (commandIn(text) !== undefined) return text.trim();
    const value = isWord ? text.trim() : text.replace(/\r?\n$/, '');
    return value.trim() === '' || (isWord && /\s/.test(value)) ? undefined : value;
  } catch {
    return undefined;
  }
}

/**
 * Links are followed: only the user writes there, and may keep keys elsewhere. Its mode is not judged: nobody else gets
 * into the directory. What is no file, cannot be read or is empty holds no secret.
 */
function readAll(directory: string, names: readonly string[], words: readonly string[]): Texts {
  const found: Record<string, string> = {};
  for (const name of names) {
    const text = readSecret(path.join(directory, name), words.includes(name));
    if (text !== undefined) found[name] = text;
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
