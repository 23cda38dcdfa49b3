// The files that this machine runs later, looked at before a session and after it; what has changed is said in one line.

import path from 'node:path';
import { messageOf } from '../base/errors.ts';
import type { Emit } from '../base/events.ts';
import { isBelow } from '../base/paths.ts';
import { appendAudit, type AuditSink } from '../journal/audit.ts';
import { changedLine } from '../plan/audit-lines.ts';
import { changesBetween, type ExecutableChange } from '../plan/executable-files.ts';
import type { GitSettingsFacts, ProjectFacts } from '../plan/facts.ts';
import { listNames } from '../plan/mask.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { lookForExecutables, type ExecutableLook } from '../read/executable-files.ts';
import { keepLook, readLook, rememberChanges } from '../state/executables.ts';

/** Before a run, while the engine makes the container: a fifth of a second at the most, if the project is very large. */
const first = { most: 50_000, time: 200 };

/** After it. */
const second = { most: 200_000, time: 2000 };

export function lookOf(
  { root, git }: ProjectFacts,
  { settings }: GitSettingsFacts,
  bounds = first,
): ExecutableLook {
  const named = settings.findLast(({ name }) => name === 'core.hookspath')?.value;
  const hooksPath =
    named === undefined || named === '' || named.startsWith('~')
      ? undefined
      : path.resolve(root, named);
  return {
    ...{ root, ...bounds },
    ...(git && { commonDirectory: git.commonDirectory, gitDirectory: git.directory }),
    ...(hooksPath !== undefined && isBelow(hooksPath, root) && { hooksPath }),
  };
}

/** Kept with the run, so that whoever finishes it can tell what it has changed. @throws AiError AI_STATE_UNWRITABLE */
export function lookBefore(writable: string, runId: string, look: ExecutableLook): void {
  const { taken, complete, files } = lookForExecutables(look);
  const { root, commonDirectory, gitDirectory, hooksPath } = look;
  keepLook(writable, runId, {
    root,
    ...(commonDirectory !== undefined && { commonDirectory }),
    ...(gitDirectory !== undefined && { gitDirectory }),
    ...(hooksPath !== undefined && { hooksPath }),
    before: { taken, complete, files },
  });
}

/**
 * Compares, and keeps what has changed for `ai changes`.
 * @returns a line for the user; undefined where there is nothing to say
 */
export async function lookAfter(
  { run, project, mounts, watched }: Pick<RunPlan, 'run' | 'project' | 'mounts' | 'watched'>,
  { writable, ...sink }: AuditSink & { writable: string },
): Promise<string | undefined> {
  const look = watched ? readLook(writable, run.id) : undefined;
  if (look === undefined) return undefined;
  const { before, ...where } = look;
  const after = lookForExecutables({ ...where, ...second }, before.files);
  const changes = changesBetween(before, after);
  const complete = after.complete || !before.complete;
  if (changes.length > 0)
    appendAudit(
      sink,
      changedLine(
        { run, project },
        changes.map(({ path: one }) => one),
      ),
    );
  await rememberChanges(sink.stateDirectory, project.id, {
    run: {
      ...{ run: run.id, assistant: run.assistant, root: project.root },
      ...{ ended: new Date().toISOString(), complete, changes },
    },
    told: mounts.some(({ role }) => role === 'protect'),
  });
  return wordsFor(changes, complete);
}

/** The same where the outcome of the run stands, whatever comes of this. */
export async function sayWhatChanged(
  emit: Emit,
  ...[plan, places]: Parameters<typeof lookAfter>
): Promise<void> {
  try {
    const text = await lookAfter(plan, places);
    if (text !== undefined) emit({ type: 'warning', text });
  } catch (error) {
    emit({ type: 'debug', text: `what has changed: ${messageOf(error)}` });
  }
}

const mostNamed = 3;

function wordsFor(changes: readonly ExecutableChange[], complete: boolean): string | undefined {
  const unseen = 'not all of the project could be looked at';
  if (changes.length === 0)
    return complete ? undefined : `${unseen} for what this machine runs later`;
  const paths = changes.map(({ path: one }) => one);
  const more = paths.length - mostNamed;
  const names = `${listNames(paths.slice(0, mostNamed))}${more > 0 ? ` and ${more} more` : ''}`;
  return `changed, and run by this machine later: ${names}${complete ? '' : `; ${unseen}`} (ai changes)`;
}
