// What crashes have left in the state directory and in the engine: runs, containers, locks, and files that are damaged.

import { lstatSync, readdirSync } from 'node:fs';
import { path } from '../../base/path.ts';
import { showEndpoint } from '../../engines/docker/endpoint.ts';
import { runPaths } from '../../plan/state-mounts.ts';
import { lockState } from '../../host/lock.ts';
import { damagedBackups } from '../../state/backup-sets.ts';
import { isRestoring } from '../../state/restore.ts';
import { leftRuns, liveRuns } from '../../state/runs.ts';
import { readTrust, trustFile } from '../../state/trust-store.ts';
import type { Examination } from './examination.ts';

export interface StateFacts {
  /** Runs whose launcher is gone. */
  left: readonly LeftRunFacts[];
  /** Our containers that no launcher waits for; undefined where no engine could be asked. */
  containers: readonly { run: string; name: string }[] | undefined;
  /** Locks of processes that are gone. */
  locks: readonly string[];
  /** A restoration was cut short. */
  isRestoring: boolean;
  /** Files that could not be understood and were put aside. */
  aside: readonly string[];
  /** Backups that cannot be restored whole. */
  backups: readonly string[];
  /** The file of trusted projects, where it is of no use. */
  trust?: { path: string; why: string };
}

export interface LeftRunFacts {
  id: string;
  assistant: string | undefined;
  project: string | undefined;
  /** It has copies of logins and settings that may have changed. */
  isUnsaved: boolean;
  /** The engine that its container is on, where that is another one than is asked here. */
  elsewhere: string | undefined;
}

export async function lookAtState({
  world: { stateDirectory },
  owner,
  engine,
}: Examination): Promise<StateFacts> {
  // Before the engine is asked, too: of a run that ends meanwhile nothing is left.
  const before = liveRuns(stateDirectory, owner);
  const found = await engine();
  const here = found.kind === 'reached' ? showEndpoint(found.named) : undefined;
  const left = leftRuns(stateDirectory, owner);
  const after = liveRuns(stateDirectory, owner);
  const known = new Set([...before, ...after, ...left.map(({ id }) => id)]);
  const { trouble } = readTrust(stateDirectory);
  return {
    left: left.map(({ id, record, plan }) => ({
      id,
      assistant: plan?.run.assistant,
      project: plan?.project.name,
      isUnsaved: isThere(runPaths({ directory: stateDirectory, runId: id }).manifest),
      elsewhere: record?.endpoint === here ? undefined : record?.endpoint,
    })),
    containers:
      found.kind === 'reached'
        ? found.runs.filter(({ id }) => !known.has(id)).map(({ id, name }) => ({ run: id, name }))
        : undefined,
    locks: locksIn(stateDirectory).filter(isLeft),
    isRestoring: isRestoring(stateDirectory),
    aside: asideIn(stateDirectory),
    backups: damagedBackups(stateDirectory),
    ...(trouble !== undefined && { trust: { path: trustFile(stateDirectory), why: trouble } }),
  };
}

/** All that `ai` itself takes: of settings, trust, images, and of each truth (`lockFile`). */
function locksIn(stateDirectory: string): readonly string[] {
  const locks = path.join(stateDirectory, 'locks');
  return [
    path.join(stateDirectory, '.config.yaml.lock'),
    path.join(stateDirectory, '.trust.json.lock'),
    path.join(stateDirectory, 'images', 'build.lock'),
    ...namesIn(locks).flatMap((profile) =>
      namesIn(path.join(locks, profile))
        .filter((name) => !name.includes('.'))
        .map((name) => path.join(locks, profile, name)),
    ),
  ];
}

function isLeft(file: string): boolean {
  try {
    return lockState(file) === 'left';
  } catch {
    // Not for us to read.
    return false;
  }
}

/** Of logins and settings, at the places where they are put aside. */
function asideIn(stateDirectory: string): readonly string[] {
  const profiles = namesIn(path.join(stateDirectory, 'profiles'));
  const globals = [
    path.join(stateDirectory, 'global_state'),
    ...profiles.map((name) => path.join(stateDirectory, 'profiles', name, 'global_state')),
  ];
  const directories = globals.flatMap((global) =>
    namesIn(global).map((name) => path.join(global, name)),
  );
  return [stateDirectory, ...directories].flatMap((directory) =>
    namesIn(directory)
      .filter((name) => name.includes('.corrupt-'))
      .map((name) => path.join(directory, name)),
  );
}

const isThere = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false }) !== undefined;

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}
