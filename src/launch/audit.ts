// What a run did with what is the user's, for audit.jsonl: with the run that it was, and without a secret.

import { appendAudit } from '../journal/audit.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import type { World } from './world.ts';

/** @returns why it could not be written */
export const noteInAudit = (
  { stateDirectory, redactor }: Pick<World, 'stateDirectory' | 'redactor'>,
  { run, project }: Pick<RunPlan, 'run' | 'project'>,
  what: string,
  details: Readonly<Record<string, unknown>>,
): string | undefined =>
  appendAudit(stateDirectory, {
    what,
    ...redactor.coverTelling({ run: run.id, assistant: run.assistant, project: project.root }),
    ...redactor.coverData(details),
  });
