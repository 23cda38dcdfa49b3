// What a launch tells the audit of itself: its start and what it was given, beside the session, and its end.

import type { AuditLine } from '../base/audit-line.ts';
import { appendAudit, type AuditSink } from '../journal/audit.ts';
import { auditedRun, endLine, grantsLine, outcomeOf, startLine } from '../plan/audit-lines.ts';
import type { Engine } from '../engines/engine.ts';
import type { Facts } from '../plan/facts.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import type { SessionEnd } from '../session/run-session.ts';
import { claimEnd } from '../state/runs.ts';

export interface RunAudit {
  /** The container runs. Costs it nothing: what is written is written a moment later. */
  started: (digest: string) => void;
  /** After all else. Nothing is told of a run that did not start, and of one that nobody saw the end of: a later `ai` will. */
  ended: (end: SessionEnd | undefined) => void;
  /** Any other line. */
  note: (line: AuditLine) => void;
  /** Why lines could not be written, each once. */
  troubles: () => readonly string[];
}

export function auditRun(
  sink: AuditSink,
  plan: RunPlan,
  { settings, state }: Pick<Facts, 'settings' | 'state'>,
  engine: Pick<Engine, 'imageId'>,
): RunAudit {
  const found = new Set<string>();
  const note = (line: AuditLine): void => {
    const trouble = appendAudit(sink, line);
    if (trouble !== undefined) found.add(trouble);
  };
  let began: number | undefined;
  let writeStart: (imageId?: string) => void = () => undefined;

  return {
    started: (digest) => {
      began = performance.now();
      let isWritten = false;
      writeStart = (imageId) => {
        if (isWritten) return;
        isWritten = true;
        note(startLine(plan, settings, { digest, imageId }));
        note(grantsLine(plan));
      };
      engine.imageId(plan.image.tag).then(writeStart, () => {
        writeStart();
      });
    },
    ended: (end) => {
      if (began === undefined) return;
      // The engine may not have answered yet, or no more.
      writeStart();
      if (end?.kind !== 'exited' || !claimEnd(state.writable, plan.run.id)) return;
      const seconds = (performance.now() - began) / 1000;
      note(endLine(auditedRun(plan), outcomeOf(end, seconds)));
    },
    note,
    troubles: () => [...found],
  };
}
