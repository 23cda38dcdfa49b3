// What the user keeps for runs: secrets, the file of variables, files that settings name. Says what is odd about them.

import { statSync } from 'node:fs';
import type { Assistant } from '../assistants/assistant.ts';
import { path } from '../base/path.ts';
import { quoteForShell } from '../base/quote.ts';
import { pathsBetween } from '../host/made-directories.ts';
import type { Facts, KeptFacts, Texts } from '../plan/facts.ts';
import { gitHubTokenNames } from '../plan/github.ts';
import { secretsDirectory } from '../plan/kept-values.ts';
import { knownNames, type KnownNames } from '../plan/reach.ts';
import { readEnvFile } from '../read/env-file.ts';
import { readNamedEnvFiles } from '../read/named-env-files.ts';
import { readProjectSecrets, readSecrets } from '../read/secrets.ts';
import { variablesOfModel } from '../settings/providers.ts';
import type { World } from './world.ts';

export interface KeptInput {
  assistant: Assistant;
  settings: Facts['settings'];
  /** The logins and settings of the profile. */
  global: string;
  /** Absent where there is none to be known. */
  project: Pick<Facts['project'], 'id' | 'root'> | undefined;
  /** The directory to work in. */
  directory: string;
}

/** @throws AiError AI_FILE_UNREADABLE for a file that the setting `envFiles` names */
export function lookAtKept(
  world: World,
  { assistant, settings, global, project, directory }: KeptInput,
): { secrets: Texts; kept: KeptFacts } {
  const { stateDirectory, home } = world;
  const names = knownNames(settings.assistants);
  const envFile = readEnvFile(stateDirectory);
  tellLines(world, envFile);
  if (envFile.isOpen)
    world.emit({
      type: 'warning',
      text: `other users of this machine can read ${envFile.path}: chmod 600 ${quoteForShell(envFile.path)}`,
    });
  if (envFile.problem !== undefined)
    world.emit({ type: 'warning', text: `${envFile.path} is not read: ${envFile.problem}` });
  const root = project?.root ?? directory;
  const named = readNamedEnvFiles(settings.envFiles, { directory, root, home });
  for (const file of named) tellLines(world, file);
  const secrets = readSecrets(global, assistant, namesAskedFor(settings, names));
  const ofProject = project
    ? readProjectSecrets(stateDirectory, project.id, assistant, names)
    : { directory: '', values: {} };
  tellOpen(world, secretsDirectory(global), secrets);
  tellOpen(world, ofProject.directory, ofProject.values);
  return {
    secrets,
    kept: {
      project: ofProject,
      envFile: envFile.values,
      named: Object.assign({}, ...named.map(({ values }) => values)) as Texts,
      printed: {},
    },
  };
}

/** Others can get at one where its mode and those of all directories above it in our own let them. */
function tellOpen({ emit, stateDirectory }: World, directory: string, found: Texts): void {
  const files = Object.keys(found).map((name) => path.join(directory, name));
  const isOpen = (place: string, bits: number): boolean =>
    ((statSync(place, { throwIfNoEntry: false })?.mode ?? 0) & bits) !== 0;
  if (
    files.length > 0 &&
    pathsBetween(stateDirectory, directory).every((place) => isOpen(place, 0o011)) &&
    files.some((file) => isOpen(file, 0o044))
  )
    emit({
      type: 'warning',
      text: `other users of this machine can read secrets in ${directory}: chmod -R go= ${quoteForShell(directory)}`,
    });
}

/** Files of secrets that the settings ask for, whatever assistant knows them. */
const namesAskedFor = (
  settings: Facts['settings'],
  { fileNameOf }: KnownNames,
): readonly string[] => [
  ...Object.entries(settings.env).flatMap(([name, value]) =>
    value === null ? [fileNameOf(name)] : [],
  ),
  ...(settings['ssh.ghToken'] ? gitHubTokenNames : []),
  ...variablesOfModel(settings),
];

function tellLines(
  { emit }: World,
  { path: file, strange }: { path: string; strange: readonly number[] },
): void {
  for (const line of strange) emit({ type: 'debug', text: `${file}:${line}: no KEY=VALUE line` });
}
