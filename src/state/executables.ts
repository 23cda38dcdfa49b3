// What a run has changed of the files that this machine runs later: the first look kept with the run, the outcome with the project.

import { isList, isObject, parseJsonValue, type JsonValue } from '../base/json.ts';
import { path } from '../base/path.ts';
import { ensureDirectory, readRegularFile, writeFileAtomically } from '../host/files.ts';
import { acquireLock } from '../host/lock.ts';
import type { ExecutableChange, ExecutableFiles } from '../plan/executable-files.ts';
import { runPaths } from '../plan/state-mounts.ts';
import type { Identities } from './replaced.ts';
import { writeRunFile } from './run-file.ts';

/** A first look, with what a second one has to know to look at the same. */
export interface KeptLook {
  root: string;
  commonDirectory?: string;
  gitDirectory?: string;
  hooksPath?: string;
  before: ExecutableFiles;
  /** At other directories that the session can write in. */
  elsewhere?: readonly Omit<KeptLook, 'elsewhere' | 'readOnly'>[];
  /** What is read-only in the run, as it was before. */
  readOnly?: Identities;
}

/** What one run has changed. */
export interface RunChanges {
  run: string;
  assistant: string;
  root: string;
  /** When the run was looked at after its end, in ISO 8601. */
  ended: string;
  /** False where there was too much to look at all of it. */
  complete: boolean;
  changes: readonly ExecutableChange[];
  /** What was read-only in the run until it was replaced on this machine. */
  replaced?: readonly string[];
}

export interface ProjectChanges {
  /** Newest first. Of runs that have changed nothing only the last is kept. */
  runs: readonly RunChanges[];
  /** The user was told what `protect: readonly` means for git. */
  told: boolean;
}

const mostRuns = 10;

/** Characters of texts that are kept of one run. */
const mostText = 1024 ** 2;

/** @throws AiError AI_STATE_UNWRITABLE */
export function keepLook(writable: string, runId: string, look: KeptLook): void {
  const { executables } = runPaths({ directory: writable, runId });
  writeRunFile(executables, JSON.stringify(look), 0o600);
}

/** Undefined where the run has none. */
export function readLook(writable: string, runId: string): KeptLook | undefined {
  const { executables } = runPaths({ directory: writable, runId });
  const kept = parseJsonValue(readRegularFile(executables));
  // Written by us, in a directory of the user’s alone: whole or not at all.
  return isObject(kept) && isObject(kept['before']) ? (kept as unknown as KeptLook) : undefined;
}

const fileOf = (stateDirectory: string, projectId: string): string =>
  path.join(stateDirectory, 'projects', projectId, 'changes.json');

/** Empty where no run has ended yet, or somebody else has written there. */
export function readChanges(stateDirectory: string, projectId: string): ProjectChanges {
  const kept = parseJsonValue(readRegularFile(fileOf(stateDirectory, projectId)));
  const runs = isObject(kept) && isList(kept['runs']) ? kept['runs'].filter(isRunChanges) : [];
  return {
    runs: runs as unknown as readonly RunChanges[],
    told: isObject(kept) && kept['told'] === true,
  };
}

const isRunChanges = (entry: JsonValue): boolean =>
  isObject(entry) && typeof entry['run'] === 'string' && isList(entry['changes']);

/** @throws AiError AI_STATE_UNWRITABLE, AI_INTERRUPTED */
export async function rememberChanges(
  stateDirectory: string,
  projectId: string,
  { run, told }: { run: RunChanges; told: boolean },
): Promise<void> {
  const file = fileOf(stateDirectory, projectId);
  ensureDirectory(path.dirname(file));
  const release = await acquireLock(`${file}.lock`, { before: 'the changes were kept' });
  try {
    const before = readChanges(stateDirectory, projectId);
    const others = before.runs.filter((one) => one.run !== run.run && one.changes.length > 0);
    const kept: ProjectChanges = {
      runs: [withoutLargeTexts(run), ...others].slice(0, mostRuns),
      told: told || before.told,
    };
    writeFileAtomically(file, `${JSON.stringify(kept)}\n`, { mode: 0o600, sync: false });
  } finally {
    release();
  }
}

function withoutLargeTexts(run: RunChanges): RunChanges {
  let left = mostText;
  const changes = run.changes.map((change) => {
    const { before, after, ...rest } = change;
    left -= (before?.length ?? 0) + (after?.length ?? 0);
    return left < 0 ? rest : change;
  });
  return { ...run, changes };
}
