// The files that this machine runs later, looked at before a session and after it; what has changed is said in one line.

import { messageOf } from '../base/errors.ts';
import type { Emit } from '../base/events.ts';
import { path } from '../base/path.ts';
import { isBelow, relativeInside } from '../base/paths.ts';
import { appendAudit, type AuditSink } from '../journal/audit.ts';
import { changedLine } from '../plan/audit-lines.ts';
import { changesBetween, type ExecutableChange } from '../plan/executable-files.ts';
import type { Facts } from '../plan/facts.ts';
import type { ProtectFacts } from '../plan/protect-facts.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { lookForExecutables, type ExecutableLook } from '../read/executable-files.ts';
import { ownPointer } from '../read/protected-paths.ts';
import { keepLook, readLook, rememberChanges, type KeptLook } from '../state/executables.ts';
import { identitiesOf, replacedSince } from '../state/replaced.ts';
import { wordsForChanges, wordsForReplaced } from './executable-words.ts';

type Placeholder = NonNullable<RunPlan['prepare']['placeholders']>[number];

export interface Bounds {
  most: number;
  time: number;
}

/** Before a run, while the engine makes the container: a fifth of a second at the most, if the project is very large. */
const first: Bounds = { most: 50_000, time: 200 };

/** After it. */
const second: Bounds = { most: 200_000, time: 2000 };

/** At the project, and at each other directory that the session can write in; these share the time that it has once more. */
export function looksOf(
  { project, gitSettings, mounts }: Pick<Facts, 'project' | 'gitSettings' | 'mounts'>,
  bounds = first,
): readonly [ExecutableLook, ...ExecutableLook[]] {
  const { root, git } = project;
  const named = gitSettings.settings.findLast(({ name }) => name === 'core.hookspath')?.value;
  const isNamed = named !== undefined && named !== '' && !named.startsWith('~');
  const hooksPathIn = (top: string): { hooksPath?: string } => {
    const hooksPath = isNamed ? path.resolve(top, named) : top;
    return isBelow(hooksPath, top) ? { hooksPath } : {};
  };
  const others = mounts.filter(
    ({ kind, readOnly, source }) =>
      kind === 'directory' && !readOnly && source !== root && !isBelow(source, root),
  );
  const time = Math.ceil(bounds.time / Math.max(1, others.length));
  return [
    {
      ...{ root, ...bounds, ...hooksPathIn(root) },
      ...(git && { commonDirectory: git.commonDirectory, gitDirectory: git.directory }),
    },
    ...[...new Set(others.map(({ source }) => source))].map((source) => ({
      ...{ root: source, ...bounds, time, ...hooksPathIn(source) },
    })),
  ];
}

/**
 * Kept with the run, so that whoever finishes it can tell what it has changed.
 * @param seen what `protect: readonly` has seen already, by the directory that was looked at
 * @throws AiError AI_STATE_UNWRITABLE
 */
export function lookBefore(
  writable: string,
  { run, mounts, prepare }: Pick<RunPlan, 'run' | 'mounts'> & { prepare?: RunPlan['prepare'] },
  [project, ...others]: ReturnType<typeof looksOf>,
  seen: ProtectFacts['seen'] = {},
): void {
  const known = (prepare?.placeholders ?? []).every(isUnseen) ? seen : {};
  const readOnly = mounts.flatMap(({ role, source, ...mount }) =>
    role === 'protect' && mount.readOnly ? [source] : [],
  );
  keepLook(writable, run.id, {
    ...keptOf(project, known),
    ...(others.length > 0 && { elsewhere: others.map((other) => keptOf(other, known)) }),
    ...(readOnly.length > 0 && { readOnly: identitiesOf(readOnly) }),
  });
}

/** What has been made for the run since, and is nothing to a look. */
const isUnseen = ({ kind, text }: Placeholder): boolean =>
  kind === 'directory' || text === ownPointer;

/** Milliseconds: after them, the user may have changed something while an image was built or a question asked. */
const stillTrue = 1000;

function keptOf(look: ExecutableLook, seen: NonNullable<ProtectFacts['seen']>): KeptLook {
  const { root, commonDirectory, gitDirectory, hooksPath } = look;
  const before = Object.hasOwn(seen, root) ? seen[root] : undefined;
  const isFresh = before !== undefined && Date.now() - before.until < stillTrue;
  const { taken, complete, files } = isFresh ? before : lookForExecutables(look);
  return {
    root,
    ...(commonDirectory !== undefined && { commonDirectory }),
    ...(gitDirectory !== undefined && { gitDirectory }),
    ...(hooksPath !== undefined && { hooksPath }),
    before: { taken, complete, files },
  };
}

/**
 * Compares, and keeps what has changed for `ai changes`.
 * @returns lines for the user; none where there is nothing to say
 */
export async function lookAfter(
  { run, project, mounts, watched }: Pick<RunPlan, 'run' | 'project' | 'mounts' | 'watched'>,
  { writable, ...sink }: AuditSink & { writable: string },
): Promise<readonly string[]> {
  const look = watched ? readLook(writable, run.id) : undefined;
  if (look === undefined) return [];
  const nameOf = (file: string): string => relativeInside(file, look.root) || file;
  const replaced = replacedSince(look.readOnly ?? {}).map(nameOf);
  const compared = [look, ...(look.elsewhere ?? [])].map((one) => compare(one, nameOf));
  const complete = compared.every((one) => one.complete);
  // One of them may lie in another.
  const changes = [...new Map(compared.flatMap((one) => one.changes)).values()];
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
      ...(replaced.length > 0 && { replaced }),
    },
    told: mounts.some(({ role }) => role === 'protect'),
  });
  return [...wordsForReplaced(replaced), ...wordsForChanges(changes, complete)];
}

/** @param nameOf of what lies elsewhere, its whole path */
function compare(
  { before, ...where }: KeptLook,
  nameOf: (file: string) => string,
): { complete: boolean; changes: readonly (readonly [string, ExecutableChange])[] } {
  const after = lookForExecutables({ ...where, ...second }, before.files);
  const changes = changesBetween(before, after).map((change) => {
    const name = nameOf(path.resolve(where.root, change.path));
    return [name, { ...change, path: name }] as const;
  });
  return { complete: after.complete, changes };
}

/** The same where the outcome of the run stands, whatever comes of this. */
export async function sayWhatChanged(
  emit: Emit,
  ...[plan, places]: Parameters<typeof lookAfter>
): Promise<void> {
  try {
    for (const text of await lookAfter(plan, places)) emit({ type: 'warning', text });
  } catch (error) {
    emit({ type: 'debug', text: `what has changed: ${messageOf(error)}` });
  }
}
