// What a run leaves for whoever has to finish it, should its launcher die: `runs/<id>/plan.json`.

import type { ProcessIdentity } from '../host/process-identity.ts';
import type { RunPlan } from '../plan/run-plan.ts';

export interface RunRecord {
  launcher: ProcessIdentity;
  /** The engine that its container is on. */
  endpoint: string;
  /** Without the secrets. */
  plan: RunPlan;
}
