// The runs of this state directory: which are alive, and which a dead launcher has left for others to finish.

import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { readTextIfThere } from '../host/files.ts';
import { canJudge, isAlive } from '../host/process-identity.ts';
import { removeFile } from '../host/remove-file.ts';
import { removeTree } from '../host/remove-tree.ts';
import { planVersion, type RunPlan } from '../plan/run-plan.ts';
import { runPaths } from '../plan/state-mounts.ts';
import { launcherIn, type RunRecord } from './run-record.ts';

export interface LeftRun {
  id: string;
  /** Absent where the launcher died before it wrote one: then there was no start either. */
  record: RunRecord | undefined;
  /** Also of another version of `ai`, as far as its logins and settings go, and what it has made in repositories. */
  plan:
    | (Pick<RunPlan, 'run' | 'state' | 'mounts' | 'project'> & Partial<Pick<RunPlan, 'prepare'>>)
    | undefined;
}

/** A launcher writes its record within milliseconds; a directory without one that is older than this has no launcher. */
const timeToWriteRecord = 60_000;

/**
 * Runs whose launcher is gone, other than `ownRun`.
 * @param owner whose runs (label `ai.owner`): on a home that several machines share, only those of this one can be judged
 */
export function leftRuns(
  stateDirectory: string,
  owner: string,
  ownRun?: string,
): readonly LeftRun[] {
  const directory = path.join(stateDirectory, 'runs');
  return namesIn(directory)
    .filter((id) => id !== ownRun)
    .flatMap((id): LeftRun[] => {
      const text = textIn(path.join(directory, id));
      // Of those that live nothing else is wanted, and there may be many of them.
      const launcher = launcherIn(text);
      if (launcher !== undefined && canJudge(launcher) && isAlive(launcher)) return [];
      const record = parseRecord(text);
      if (record === undefined)
        return isOld(path.join(directory, id)) ? [{ id, record, plan: undefined }] : [];
      if (record.plan.labels['ai.owner'] !== owner) return [];
      if (!canJudge(record.launcher) || isAlive(record.launcher)) return [];
      // Another version of `ai` wrote it: its container is for `ai clean`, by its labels.
      const { plan } = record;
      const isOurs = (plan.version as number) === planVersion;
      return [
        { id, record: isOurs ? record : undefined, plan: 'state' in plan ? plan : undefined },
      ];
    });
}

/** Ids of the runs that are not left: their launcher lives, as far as can be told from here. */
export function liveRuns(stateDirectory: string, owner: string): readonly string[] {
  const left = new Set(leftRuns(stateDirectory, owner).map(({ id }) => id));
  return namesIn(path.join(stateDirectory, 'runs')).filter((id) => !left.has(id));
}

/** True unless the directory of runs is empty but for `ownRun`. */
export const hasOtherRuns = (stateDirectory: string, ownRun: string): boolean =>
  namesIn(path.join(stateDirectory, 'runs')).some((id) => id !== ownRun);

/**
 * Removes the files of a run.
 * @throws what the system says, if a file in it belongs to somebody else
 */
export function forgetRun(writable: string, runId: string): void {
  const { directory, manifest } = runPaths({ directory: writable, runId });
  // First, so that a home that is half gone is never taken for what the session has made of it.
  removeFile(manifest);
  removeTree(directory);
}

/** True for the first that says so, of the launcher and all who finish what it left: the end of a run is told once. */
export function claimEnd(writable: string, runId: string): boolean {
  try {
    writeFileSync(runPaths({ directory: writable, runId }).ended, '', { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    // Where nothing can be written, told twice is better than never.
    return !['EEXIST', 'ENOENT'].includes(systemCode(error) ?? '');
  }
}

/** The plans of live runs: what must not be taken away from under them. */
export function livePlans(stateDirectory: string, owner: string): readonly RunPlan[] {
  return liveRuns(stateDirectory, owner).flatMap(
    (id) => readRecord(path.join(stateDirectory, 'runs', id))?.plan ?? [],
  );
}

/** The plans of all runs that have files there, whether their launchers live or not. */
export const plansIn = (stateDirectory: string): readonly RunPlan[] =>
  namesIn(path.join(stateDirectory, 'runs')).flatMap((id) => {
    const plan = readRecord(path.join(stateDirectory, 'runs', id))?.plan;
    return plan && (plan.version as number) === planVersion ? [plan] : [];
  });

const readRecord = (directory: string): RunRecord | undefined => parseRecord(textIn(directory));

/** Of a record; empty where there is none, or none that can be read. */
function textIn(directory: string): string {
  try {
    return readTextIfThere(path.join(directory, 'plan.json')) ?? '';
  } catch {
    return '';
  }
}

function parseRecord(text: string): RunRecord | undefined {
  try {
    const record = JSON.parse(text) as RunRecord;
    const isRecord =
      typeof record.plan.version === 'number' &&
      typeof record.plan.labels['ai.owner'] === 'string' &&
      record.launcher.pid > 0;
    return isRecord ? record : undefined;
  } catch {
    return undefined;
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

const isOld = (directory: string): boolean => {
  const made = statSync(directory, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && Date.now() - made > timeToWriteRecord;
};
