// What a launch tells the audit of itself: its start and what it was given, beside the session, and its end.

import { accessSync, constants } from 'node:fs';
import { clock } from '../base/clock.ts';
import type { AuditLine } from '../base/audit-line.ts';
import { appendAudit, type AuditSink } from '../journal/audit.ts';
import {
  auditedRun,
  endLine,
  grantsLine,
  nativeGrantsLine,
  nativeStartLine,
  outcomeOf,
  recoveredLine,
  startLine,
} from '../plan/audit-lines.ts';
import type { Engine } from '../engines/engine.ts';
import type { ProcessEnd } from '../engines/native/run-process.ts';
import type { Facts } from '../plan/facts.ts';
import type { NativeFacts } from '../plan/native-facts.ts';
import type { NativePlan } from '../plan/native-plan.ts';
import { nativePlanAsData } from '../plan/native-print.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import type { SessionEnd } from '../session/run-session.ts';
import { readOwnLogin } from '../read/login.ts';
import { forgetNative, rememberNative, takeLeftNative } from '../state/native-runs.ts';
import { digestOf } from '../state/run-record.ts';
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
  { settings, state, assistant }: Pick<Facts, 'settings' | 'state' | 'assistant'>,
  engine: Pick<Engine, 'imageId'>,
): RunAudit {
  const { note, troubles } = notebook(sink);
  let began: number | undefined;
  let writeStart: (imageId?: string) => void = () => undefined;

  return {
    started: (digest) => {
      began = clock();
      let isWritten = false;
      writeStart = (imageId) => {
        if (isWritten) return;
        isWritten = true;
        note(startLine(plan, settings, { digest, imageId }));
        const { name, signIn } = plan.state;
        const { login, unreadable } = readOwnLogin(state.global, name, assistant);
        note(grantsLine(plan, signIn || login !== undefined || unreadable.length > 0));
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
      const seconds = (clock() - began) / 1000;
      note(endLine(auditedRun(plan), outcomeOf(end, seconds)));
    },
    note,
    troubles,
  };
}

export interface NativeAudit {
  started: () => void;
  /** @param isWrapped by `script`, whose code alone tells of a signal */
  ended: (end: ProcessEnd, isWrapped: boolean) => void;
  troubles: () => readonly string[];
}

/** The same of a run on the host. */
export function auditNative(
  sink: AuditSink,
  { audited, settings }: NativeFacts,
  plan: NativePlan,
): NativeAudit {
  const { note, troubles } = notebook(sink);
  let began: number | undefined;
  return {
    started: () => {
      // A run on the host makes nothing in a home where there is nothing of ours.
      if (!canBeWritten(sink.stateDirectory)) return;
      began = clock();
      const stored = JSON.stringify(sink.redactor.coverData(nativePlanAsData(plan)));
      note(nativeStartLine(audited, settings, digestOf(stored)));
      note(nativeGrantsLine(audited, plan.environment.set));
      tellLeftNative(sink);
      try {
        rememberNative(sink.stateDirectory, audited);
      } catch {
        // Then a kill of ours leaves no end.
      }
    },
    ended: ({ code, timedOut, signal }, isWrapped) => {
      if (began === undefined) return;
      forgetNative(sink.stateDirectory, audited);
      const seconds = (clock() - began) / 1000;
      const end = { code, timedOut, outOfMemory: false, ...(!isWrapped && { signal }) };
      note(endLine(audited, outcomeOf(end, seconds)));
    },
    troubles,
  };
}

/** The ends of runs on the host whose launchers were killed. @returns what could not be written */
export const tellLeftNative = (sink: AuditSink): readonly string[] =>
  takeLeftNative(sink.stateDirectory).flatMap((run) => appendAudit(sink, recoveredLine(run)) ?? []);

function notebook(sink: AuditSink): Pick<RunAudit, 'note' | 'troubles'> {
  const found = new Set<string>();
  return {
    note: (line) => {
      const trouble = appendAudit(sink, line);
      if (trouble !== undefined) found.add(trouble);
    },
    troubles: () => [...found],
  };
}

function canBeWritten(stateDirectory: string): boolean {
  try {
    accessSync(stateDirectory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
