// Runs on the host that are under way: a file each, so that the end of one whose launcher was killed can be told of later.

import { readdirSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { path } from '../base/path.ts';
import { ensureDirectory, readRegularFile, writeFileAtomically } from '../host/files.ts';
import { canJudge, isAlive, ownIdentity, type ProcessIdentity } from '../host/process-identity.ts';
import type { AuditedRun } from '../plan/audit-lines.ts';

interface NativeRecord {
  run: AuditedRun;
  launcher: ProcessIdentity;
}

/** @throws AiError AI_STATE_UNWRITABLE */
export function rememberNative(stateDirectory: string, run: AuditedRun): void {
  const record: NativeRecord = { run, launcher: ownIdentity() };
  ensureDirectory(placeOf(stateDirectory));
  const file = path.join(placeOf(stateDirectory), run.run);
  writeFileAtomically(file, JSON.stringify(record), { mode: 0o600, sync: false });
}

export function forgetNative(stateDirectory: string, { run }: AuditedRun): void {
  try {
    rmSync(path.join(placeOf(stateDirectory), run), { force: true });
    rmdirSync(placeOf(stateDirectory));
  } catch {
    // There are others, or nothing can be written there.
  }
}

/** Those whose launcher is gone; each is told once, to whoever asks first. */
export function takeLeftNative(stateDirectory: string): readonly AuditedRun[] {
  const directory = placeOf(stateDirectory);
  return namesIn(directory).flatMap((name) => {
    const file = path.join(directory, name);
    const record = readRecord(file);
    if (record === undefined || !canJudge(record.launcher) || isAlive(record.launcher)) return [];
    return isFirst(file) ? [record.run] : [];
  });
}

const placeOf = (stateDirectory: string): string => path.join(stateDirectory, 'native-runs');

/** Only one can remove it. */
function isFirst(file: string): boolean {
  try {
    unlinkSync(file);
    return true;
  } catch {
    return false;
  }
}

function readRecord(file: string): NativeRecord | undefined {
  try {
    const { run, launcher } = JSON.parse(readRegularFile(file) ?? '') as NativeRecord;
    const words = [run.run, run.assistant, run.project];
    const isRecord = words.every((word) => typeof word === 'string') && launcher.pid > 0;
    return isRecord ? { run, launcher } : undefined;
  } catch {
    return undefined;
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}
