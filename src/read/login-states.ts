// Which logins an assistant has here: in its state, in files of keys, in variables. Their kinds and names, never a secret.

import { lstatSync } from 'node:fs';
import type { Assistant, Login } from '../assistants/assistant.ts';
import { systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { stateNameOf, isWithheld } from '../plan/endpoint.ts';
import { definedVariables, hostVariables, userVariables } from '../plan/given-variables.ts';
import { secretFile } from '../plan/kept-values.ts';
import { globalState } from '../plan/places.ts';
import type { Settings } from '../settings/schema.ts';
import { readEnvFile } from './env-file.ts';
import { readOwnLogin } from './login.ts';
import { readSecrets } from './secrets.ts';

export interface LoginStates {
  /** The directory of `global_state` that a run would use. */
  state: string;
  found: readonly FoundLogin[];
  /** Files that may hold one, and cannot be read or understood. */
  unreadable: readonly string[];
}

export type FoundLogin =
  | Login
  /** A variable of the environment, or of the setting `env`. */
  | { kind: 'variable'; name: string }
  /** A file of `global_state/secrets`. */
  | { kind: 'file'; path: string };

export interface LoginPlaces {
  stateDirectory: string;
  environment: Readonly<Partial<Record<string, string>>>;
  settings: Pick<Settings, 'env' | 'profile' | 'assistants'>;
}

export function readLoginStates(places: LoginPlaces, assistant: Assistant): LoginStates {
  const global = globalState(places.stateDirectory, places.settings.profile);
  const variables = readVariables(places, assistant);
  const state = path.join(global, variables.stateName);
  const own = readOwnLogin(global, variables.stateName, assistant);
  const secrets = readSecrets(global, assistant);
  const keys = assistant.hostVariables
    .filter(({ secret }) => secret)
    .map(({ name, file = name }) => ({
      path: secretFile(global, file),
      holds: secrets[file] !== undefined,
    }));
  return {
    state,
    found: [
      ...(own.login ? [own.login] : []),
      ...variables.names.map((name): FoundLogin => ({ kind: 'variable', name })),
      ...keys
        .filter((key) => key.holds)
        .map((key): FoundLogin => ({ kind: 'file', path: key.path })),
    ],
    unreadable: [
      ...(own.login ? [] : own.unreadable),
      ...keys.filter((key) => !key.holds && isSomething(key.path)).map((key) => key.path),
    ],
  };
}

/** Not nothing, and no empty file. */
function isSomething(file: string): boolean {
  try {
    const stats = lstatSync(file);
    return !stats.isFile() || stats.size > 1;
  } catch (error) {
    return systemCode(error) !== 'ENOENT';
  }
}

/** Names of variables with a credential that a run would get, and the state that it would use with them. */
function readVariables(
  { stateDirectory, environment, settings }: LoginPlaces,
  assistant: Assistant,
): { names: readonly string[]; stateName: string } {
  const filled = Object.fromEntries(
    Object.entries({ ...readEnvFile(stateDirectory).values, ...environment }).filter(
      (entry): entry is [string, string] => Boolean(entry[1]),
    ),
  );
  const host = { environment: filled };
  const global = globalState(stateDirectory, settings.profile);
  const secrets = readSecrets(global, assistant);
  const ofUser = userVariables({ host, secrets, state: { global } }, settings);
  const all = [
    ...definedVariables(assistant),
    ...hostVariables({ host, secrets, state: { global } }, assistant),
    ...ofUser,
  ];
  const isKept = isWithheld(assistant, all);
  const names = assistant.hostVariables
    .filter(({ name, as = name, secret }) => secret && !isKept(as))
    .flatMap(({ name, as = name }) => {
      const given = ofUser.find((variable) => variable.name === as);
      if (given !== undefined) return given.value === '' ? [] : [as];
      return filled[name] === undefined ? [] : [name];
    });
  return { names, stateName: stateNameOf(assistant, all) };
}
