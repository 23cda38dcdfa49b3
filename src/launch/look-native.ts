// Everything that the plan of a run on the host is made from, looked up in one place. Changes nothing.

import { randomBytes } from 'node:crypto';
import { accessSync, constants, statSync } from 'node:fs';
import { isatty } from 'node:tty';
import { isFromNpm, type AssistantPackage, type NpmPackage } from '../assistants/assistant.ts';
import { AiError, messageOf, systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { isReady } from '../engines/native/install.ts';
import { programThatStartsUs } from '../engines/native/own-child.ts';
import { findProgram } from '../engines/native/find-program.ts';
import { findScript } from '../engines/native/own-terminal.ts';
import type { Facts, Request } from '../plan/facts.ts';
import { knownSecrets } from '../plan/known-secrets.ts';
import { installationOf, type Installation, type Machine } from '../plan/native-installation.ts';
import { globalState } from '../plan/places.ts';
import type { NativeFacts, ProgramFacts } from '../plan/native-facts.ts';
import { readProjectEndpoints } from '../read/project-endpoints.ts';
import { readProject } from '../read/project.ts';
import type { Settings } from '../settings/schema.ts';
import { chosenHere } from './updates/chosen.ts';
import { assistantNamed } from './which-assistant.ts';
import { lookAtKept } from './look-at-kept.ts';
import type { World } from './world.ts';

export interface NativeLookInput {
  request: Request;
  settings: Settings;
  /** The directory that was given by -C. */
  directory: string | undefined;
  /** Why there is no container, where the user has not asked for that. */
  instead?: string | undefined;
  /** An empty directory, for a run apart from the project. */
  apart?: string | undefined;
}

/** @throws AiError AI_DIRECTORY_MISSING, AI_PROJECT_UNREADABLE */
export function lookNative(
  world: World,
  { request, settings, directory, instead, apart }: NativeLookInput,
): NativeFacts {
  const assistant = assistantNamed(settings, request.assistant);
  const where = path.resolve(world.directory, directory ?? '.');
  checkDirectory(where);
  const global = globalState(world.stateDirectory, settings.profile);
  const project = projectOf(world, where);
  const { secrets, kept } = lookAtKept(world, {
    ...{ assistant, settings, global, project, directory: where },
  });
  const script =
    settings.terminal === 'safe' ? findScript(world.environment, process.platform) : undefined;
  const moved = apart ?? (directory === undefined ? undefined : where);
  const host = { environment: environmentIn(moved, world) };
  world.redactor.learnLater(() =>
    knownSecrets({ host, secrets, state: { global }, kept, settings }),
  );
  return {
    request,
    assistant,
    settings,
    directory: apart ?? where,
    host,
    secrets,
    kept,
    endpoints: apart === undefined ? readProjectEndpoints(assistant, where, where) : [],
    state: { directory: world.stateDirectory, global },
    terminal: {
      stdin: apart === undefined && isatty(0),
      stdout: apart === undefined && isatty(1),
      ...{ rows: 0, columns: 0 },
    },
    machine: thisMachine,
    program: lookAtProgram(world, assistant.package),
    audited: {
      run: randomBytes(4).toString('hex'),
      assistant: assistant.name,
      project: project?.root ?? where,
    },
    ...(script !== undefined && { script }),
    ...(instead !== undefined && { instead }),
  };
}

const thisMachine: Machine = {
  platform: process.platform,
  arch: process.arch,
  nodeVersion: process.versions.node,
  nodePath: process.execPath,
};

/** On this machine. */
export const nativeInstallation = (
  program: NpmPackage,
  stateDirectory: string,
  version: string,
): Installation => installationOf(program, stateDirectory, thisMachine, version);

/** The user's own program, or the one that was installed for `ai` alone. */
export function lookAtProgram(
  world: Pick<World, 'userPath' | 'dist' | 'environment' | 'stateDirectory'>,
  program: AssistantPackage,
): ProgramFacts {
  const found = findProgram(program.command, {
    environment: { PATH: world.userPath },
    ourselves: [
      path.join(world.dist, '..', 'bin', 'ai.js'),
      process.argv[1] ?? '',
      programThatStartsUs(world.environment) ?? '',
    ],
  });
  if (found !== undefined) return { kind: 'own', path: found };
  if (!isFromNpm(program)) return { kind: 'missing' };
  const chosen = chosenHere(world, program);
  const installation = nativeInstallation(program, world.stateDirectory, chosen.version);
  return {
    kind: isReady(installation) ? 'installed' : 'missing',
    ...(chosen.by !== 'release' && { version: chosen.version }),
  };
}

/** For its secrets. Natively every directory will do, so what cannot be a project has none. */
function projectOf(
  world: World,
  directory: string,
): Pick<Facts['project'], 'id' | 'root'> | undefined {
  try {
    return readProject(directory, { ...world, allowAnyRoot: true });
  } catch (error) {
    if (error instanceof AiError) return undefined;
    throw error;
  }
}

/** PWD is where programs are told that they are, as far as that is the same place. */
function environmentIn(
  moved: string | undefined,
  { environment, userPath }: World,
): Record<string, string> {
  const all = Object.entries({ ...environment, PATH: userPath }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...Object.fromEntries(all), ...(moved !== undefined && { PWD: moved }) };
}

/** @throws AiError AI_DIRECTORY_MISSING, AI_PROJECT_UNREADABLE */
export function checkDirectory(directory: string): void {
  try {
    accessSync(directory, constants.X_OK);
    if (!statSync(directory).isDirectory()) throw new Error('it is not a directory');
  } catch (error) {
    throw ['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')
      ? new AiError('AI_DIRECTORY_MISSING', { path: directory })
      : new AiError('AI_PROJECT_UNREADABLE', { path: directory, cause: messageOf(error) });
  }
}
