// What a run leaves for whoever has to finish it, should its launcher die: `runs/<id>/plan.json`.

import { createHash } from 'node:crypto';
import type { ProcessIdentity } from '../host/process-identity.ts';
import type { RunPlan } from '../plan/run-plan.ts';

export interface RunRecord {
  launcher: ProcessIdentity;
  /** The engine that its container is on. */
  endpoint: string;
  /** Without the secrets. */
  plan: RunPlan;
}

/** By which the audit names a plan: sha256 of it as it is stored. */
export const digestOf = (storedPlan: string): string =>
  createHash('sha256').update(storedPlan).digest('hex');

/**
 * Who wrote a record, by the beginning of its text: the plan behind it takes a hundred times as long to read.
 * @returns undefined where it does not begin so
 */
export function launcherIn(text: string): ProcessIdentity | undefined {
  const [, launcher] = /^\{"launcher":(\{[^{}]*\}),"endpoint":/.exec(text) ?? [];
  try {
    return launcher === undefined ? undefined : (JSON.parse(launcher) as ProcessIdentity);
  } catch {
    return undefined;
  }
}

/** The text of `plan.json`, with the plan's own text in it. */
export const recordText = ({ launcher, endpoint }: Omit<RunRecord, 'plan'>, plan: string): string =>
  `{"launcher":${JSON.stringify(launcher)},"endpoint":${JSON.stringify(endpoint)},"plan":${plan}}`;
