// All secrets that the user keeps, of every profile and project, so that none is shown by a command that uses none of them.

import { readdirSync } from 'node:fs';
import { path } from '../base/path.ts';
import { secretsOfFiles } from '../plan/known-secrets.ts';
import { projectSecrets, secretsDirectory } from '../plan/kept-values.ts';
import { defaultProfile, globalState } from '../plan/places.ts';
import { readEnvFile } from './env-file.ts';
import { readSecret, secretNamesIn } from './secrets.ts';

/** Their values, and those of the user's file of variables. What cannot be read is none. */
export function readKeptSecrets(stateDirectory: string): readonly string[] {
  const below = (place: string): readonly string[] => namesIn(path.join(stateDirectory, place));
  const directories = [
    ...[defaultProfile, ...below('profiles')].map((profile) =>
      secretsDirectory(globalState(stateDirectory, profile)),
    ),
    ...below('projects').map((id) => projectSecrets(stateDirectory, id)),
  ];
  const secrets = directories.flatMap((directory) =>
    secretNamesIn(directory).flatMap((name) => {
      const text = readSecret(path.join(directory, name), false);
      return text === undefined ? [] : [[name, text] as const];
    }),
  );
  return secretsOfFiles({ secrets, envFile: readEnvFile(stateDirectory).values });
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
