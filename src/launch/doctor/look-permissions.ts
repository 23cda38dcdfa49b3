// Whose things are, and who may use them: the engine's socket, the state directory, what lies in it, and the project.

import { accessSync, constants, lstatSync, type Stats } from 'node:fs';
import os from 'node:os';
import { AiError, systemCode } from '../../base/errors.ts';
import { path } from '../../base/path.ts';
import { decide, type Decision } from '../../setup/decide.ts';
import { look } from '../../setup/look.ts';
import { readProject } from '../../read/project.ts';
import { foreignIn, type Foreign } from './foreign-in.ts';
import type { Examination } from './examination.ts';

export interface PermissionFacts {
  socket: SocketFacts;
  state: DirectoryFacts;
  project: ProjectPermissions | AiError;
}

export type SocketFacts =
  /** No socket of this machine, or one where nothing answers, which is said elsewhere. */
  | { kind: 'none' }
  | { kind: 'usable'; path: string }
  /** `decision` is what `ai setup` would do, where nobody has named that engine. */
  | { kind: 'forbidden'; error: AiError; decision: Decision | undefined };

export interface DirectoryFacts {
  path: string;
  /** Absent where it is not there yet. */
  found?: { uid: number; mode: number; isDirectory: boolean; isLink: boolean; foreign: Foreign };
  /** Of it, or of the nearest directory above that is there: the system's code where nothing can be written. */
  trouble: string | undefined;
  me: { uid: number; name: string };
}

export interface ProjectPermissions {
  root: string;
  owner: { uid: number; gid: number };
  foreign: Foreign;
}

export async function lookAtPermissions(examination: Examination): Promise<PermissionFacts> {
  return {
    socket: await lookAtSocket(examination),
    state: lookAtState(examination),
    project: lookAtProject(examination),
  };
}

async function lookAtSocket({ world, engine }: Examination): Promise<SocketFacts> {
  const found = await engine();
  if (found.kind === 'unwanted' || found.named?.kind !== 'unix') return { kind: 'none' };
  const { path: socket, origin } = found.named;
  if (found.kind === 'reached') return { kind: 'usable', path: socket };
  if (found.error.code !== 'AI_ENGINE_PERMISSION') return { kind: 'none' };
  const { environment, home, uid } = world;
  const { platform } = process;
  const machine = await look({
    ...{ environment, home, uid, platform, forbidden: socket, context: undefined },
  });
  const decision = decide(machine);
  const helps = origin === undefined || decision.kind === 'login';
  return { kind: 'forbidden', error: found.error, decision: helps ? decision : undefined };
}

/** In it files of all owners but its own one; where root works, runs of other users have left theirs. */
function lookAtState({ world: { stateDirectory, uid } }: Examination): DirectoryFacts {
  const me = { uid, name: nameOf(uid) };
  const stats = statOf(stateDirectory);
  const common = { path: stateDirectory, me, trouble: whyUnwritable(stateDirectory) };
  if (stats === undefined) return common;
  const isLink = stats.isSymbolicLink();
  const foreign =
    uid === 0 || isLink ? { count: 0, first: [] } : foreignIn(stateDirectory, (one) => one !== uid);
  const isDirectory = stats.isDirectory() || isLink;
  return {
    ...common,
    found: { uid: stats.uid, mode: stats.mode & 0o7777, isDirectory, isLink, foreign },
  };
}

/** Only what is root's: other users may well share a project. */
function lookAtProject({
  world: { directory, home, stateDirectory },
  where,
}: Examination): ProjectPermissions | AiError {
  try {
    const { root, owner } = readProject(path.resolve(directory, where.directory ?? '.'), {
      ...{ home, stateDirectory, allowAnyRoot: where.allowRootDir === true },
    });
    const isForeign = (uid: number): boolean => uid === 0 && owner.uid !== 0;
    return { root, owner, foreign: foreignIn(root, isForeign) };
  } catch (error) {
    if (error instanceof AiError) return error as AiError;
    throw error;
  }
}

function whyUnwritable(directory: string): string | undefined {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const code = systemCode(error) ?? 'EACCES';
    const parent = path.dirname(directory);
    return code === 'ENOENT' && parent !== directory ? whyUnwritable(parent) : code;
  }
}

function statOf(file: string): Stats | undefined {
  try {
    return lstatSync(file);
  } catch {
    return undefined;
  }
}

function nameOf(uid: number): string {
  try {
    return os.userInfo().username;
  } catch {
    return String(uid);
  }
}
