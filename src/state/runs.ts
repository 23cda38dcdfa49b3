// The runs of this state directory: which are alive, and which a dead launcher has left for others to finish.

import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { readTextIfThere } from '../host/files.ts';
import { isAlive } from '../host/process-identity.ts';
import { planVersion } from '../plan/run-plan.ts';
import type { RunRecord } from './stage.ts';

export interface LeftRun {
  id: string;
  /** Absent where the launcher died before it wrote one: then there was no start either. */
  record: RunRecord | undefined;
}

/** A launcher writes its record within milliseconds; a directory without one that is older than this has no launcher. */
const timeToWriteRecord = 60_000;

/** Runs whose launcher is gone, other than `ownRun`. */
export function leftRuns(stateDirectory: string, ownRun?: string): readonly LeftRun[] {
  const directory = path.join(stateDirectory, 'runs');
  return namesIn(directory)
    .filter((id) => id !== ownRun)
    .flatMap((id): LeftRun[] => {
      const record = readRecord(path.join(directory, id));
      if (record === undefined) return isOld(path.join(directory, id)) ? [{ id, record }] : [];
      if (isAlive(record.launcher)) return [];
      // Another version of `ai` wrote it: its container is for `ai clean`, by its labels.
      return [{ id, record: (record.plan.version as number) === planVersion ? record : undefined }];
    });
}

/** Ids of the runs whose launcher lives. */
export function liveRuns(stateDirectory: string): readonly string[] {
  const left = new Set(leftRuns(stateDirectory).map(({ id }) => id));
  return namesIn(path.join(stateDirectory, 'runs')).filter((id) => !left.has(id));
}

/** True unless the directory of runs is empty but for `ownRun`: all that a start needs to look at. */
export const hasOtherRuns = (stateDirectory: string, ownRun: string): boolean =>
  namesIn(path.join(stateDirectory, 'runs')).some((id) => id !== ownRun);

export function forgetRun(stateDirectory: string, id: string): void {
  rmSync(path.join(stateDirectory, 'runs', id), { recursive: true, force: true });
}

function readRecord(directory: string): RunRecord | undefined {
  try {
    const record = JSON.parse(
      readTextIfThere(path.join(directory, 'plan.json')) ?? '',
    ) as RunRecord;
    const isRecord = typeof record.plan.version === 'number' && record.launcher.pid > 0;
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
