// Where a command runs: the parts of the process and the machine that everything else gets handed.

import { AiError } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { programPath } from '../host/program-path.ts';
import { homeOf, stateDirectoryOf } from '../read/home.ts';
import { readKeptSecrets } from '../read/kept-secrets.ts';
import { findProject, type FoundProject } from '../read/project.ts';
import type { Emit } from '../base/events.ts';
import { Redactor } from '../base/redact.ts';
import { secretsOfEnvironment } from '../plan/known-secrets.ts';
import type { StandardStreams } from '../session/streams.ts';

/** Where a command works, as its options say. */
export interface Where {
  /** -C, relative to the directory that `ai` was started in. */
  directory?: string | undefined;
  allowRootDir?: boolean | undefined;
}

export interface World {
  /** With a PATH by which no program is found that a session could have put there. */
  environment: Readonly<Partial<Record<string, string>>>;
  /** The PATH as it was given: for an assistant that the user runs on the host itself. */
  userPath: string | undefined;
  home: string;
  uid: number;
  /** `~/.docker-ai-config`. */
  stateDirectory: string;
  /** The directory that a relative path on the command line counts from. */
  directory: string;
  /** The project there, as it was found when the command began. */
  around?: { where: Where; directory: string; project: FoundProject };
  templates: string;
  /** Where the build is: the leash's program stands there. */
  dist: string;
  streams: StandardStreams;
  emit: Emit;
  /** Knows the secrets of the run, and covers them in whatever is shown or written. */
  redactor: Redactor;
  /** Asks the user, with what the yes would be to; false where nobody can be asked. */
  confirm: (question: string, details?: readonly string[]) => Promise<boolean>;
  /** The same where only the user may say yes: --yes does not answer. Undefined where nobody has said anything. */
  consent: (question: string, details?: readonly string[]) => Promise<boolean | undefined>;
}

/** Somebody can be asked there, and sees the question. */
export const isAtTerminal = ({ streams: { stdin, stderr } }: Pick<World, 'streams'>): boolean =>
  [stdin, stderr].every((stream) => 'isTTY' in stream && stream.isTTY === true);

export type WorldInput = Pick<
  World,
  'environment' | 'streams' | 'emit' | 'confirm' | 'consent' | 'directory'
> & { packageRoot: string; redactor?: Redactor; where?: Where };

export function makeWorld({
  packageRoot,
  redactor = new Redactor(),
  where = {},
  ...rest
}: WorldInput): World {
  const home = homeOf(rest.environment);
  const stateDirectory = stateDirectoryOf(rest.environment, home);
  redactor.learnLater(() => [
    ...secretsOfEnvironment(rest.environment),
    ...readKeptSecrets(stateDirectory),
  ]);
  const world: World = {
    ...rest,
    userPath: rest.environment['PATH'],
    redactor,
    home,
    uid: process.getuid?.() ?? 0,
    stateDirectory,
    templates: path.join(packageRoot, 'templates'),
    dist: path.join(packageRoot, 'dist'),
  };
  const project = projectAround(world, where);
  if (project === undefined) return distrust(world, []);
  const around = { where, directory: world.directory, project };
  return distrust({ ...world, around }, [project.root]);
}

/** The same world, whose programs are not looked for in these directories: sessions write there. */
export function distrust(world: World, writable: readonly string[]): World {
  const found = programPath(world.environment['PATH'], writable);
  if (found === world.environment['PATH']) return world;
  return { ...world, environment: { ...world.environment, PATH: found } };
}

/** Where the command works; undefined where there can be no project: nothing of that was ever a session’s. */
export function projectAround(
  { directory, home, stateDirectory, around }: World,
  where: Where,
): FoundProject | undefined {
  if (around?.where === where && around.directory === directory) return around.project;
  const { directory: named = '.', allowRootDir } = where;
  const options = { home, stateDirectory, allowAnyRoot: allowRootDir === true };
  try {
    return findProject(path.resolve(directory, named), options);
  } catch (error) {
    if (error instanceof AiError) return undefined;
    throw error;
  }
}
