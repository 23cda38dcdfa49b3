// What a run did with what is the user's, for audit.jsonl: with the run that it was.

import type { AuditEvent } from '../base/audit-line.ts';
import { appendAudit, type AuditSink } from '../journal/audit.ts';
import { auditedRun } from '../plan/audit-lines.ts';
import type { RunPlan } from '../plan/run-plan.ts';

/** @returns why it could not be written */
export const noteInAudit = (
  sink: AuditSink,
  plan: Pick<RunPlan, 'run' | 'project'>,
  what: AuditEvent,
  details: Readonly<Record<string, unknown>>,
): string | undefined => appendAudit(sink, { what, ...auditedRun(plan), ...details });
