// Where the state of one run is: the truth, the copies in the run's home, and what was handed out.

import type { AssistantState } from '../assistants/assistant.ts';
import { assistantOfRun } from '../assistants/registry.ts';
import { path } from '../base/path.ts';
import { isInside, relativeInside } from '../base/paths.ts';
import type { Wanted } from '../host/foreign-tree.ts';
import { home } from '../plan/inside.ts';
import type { RunPlan, StatePlan } from '../plan/run-plan.ts';
import { runPaths } from '../plan/state-mounts.ts';
import { truthOf, type Truth } from './truth.ts';

export interface RunState {
  plan: StatePlan;
  state: AssistantState;
  truth: Truth;
  home: string;
  /** The documents as they were handed out, with the paths of the host. */
  handed: string;
  /** Stamps of what was handed out: src/state/handed.ts. */
  manifest: string;
  /** Files and directories of the home that a mount of the user's covers: what is below is not the session's. */
  covered: readonly string[];
}

/** Undefined for an assistant that this version of `ai` does not know, and that the plan does not define. */
export function runStateOf(
  { run, state: plan, mounts }: Pick<RunPlan, 'run' | 'state' | 'mounts'>,
  stateDirectory: string,
  writable = stateDirectory,
): RunState | undefined {
  const assistant = assistantOfRun(run);
  if (assistant === undefined) return undefined;
  const paths = runPaths({ directory: writable, runId: run.id });
  return {
    plan,
    state: assistant.state,
    truth: truthOf(stateDirectory, plan),
    home: paths.home,
    covered: mounts.flatMap(({ role, target }) =>
      role === 'extra' ? (relativeInside(target, home) ?? []) : [],
    ),
    handed: paths.handed,
    manifest: paths.manifest,
  };
}

/** A file of the state in the run: the tree that it is in, and its name there. */
export function placeOf(
  { state, plan, home }: RunState,
  name: string,
): { root: string; file: string } {
  if (plan.exchange !== undefined && name === state.exchange?.file)
    return { root: plan.exchange, file: path.basename(name) };
  const { part, inside } = directoryOf(state, name);
  return { root: home, file: `${inside}/${name.slice(part === '' ? 0 : part.length + 1)}` };
}

/** True for what the session has seen as something else: a mount of the user's lies over it. */
export const isCovered = (run: RunState, name: string): boolean =>
  run.covered.some((place) => isInside(placeOf(run, name).file, place));

/** The directory of the state that a file is in. */
function directoryOf(
  { directories }: AssistantState,
  name: string,
): AssistantState['directories'][number] {
  const found = directories.find(({ part }) => part !== '' && name.startsWith(`${part}/`));
  return found ?? directories[0];
}

/** What is carried in and out of one directory of the state; names are those below it. */
export function wantedIn(
  { credentials }: AssistantState,
  { part, kept }: AssistantState['directories'][number],
): Wanted {
  const prefix = part === '' ? '' : `${part}/`;
  const logins = new Set(credentials.map(({ file }) => file));
  const trees = kept.filter((rule) => rule.endsWith('/')).map((rule) => rule.slice(0, -1));
  const names = kept.filter((rule) => !rule.endsWith('/')).map(patternOf);
  const inTree = (name: string): boolean =>
    trees.some((tree) => tree === '' || name.startsWith(`${tree}/`));
  return {
    file: (name) =>
      !isLeftover(name) &&
      (logins.has(prefix + name) || inTree(name) || names.some((pattern) => pattern.test(name))),
    directory: (name) => !isLeftover(name) && (inTree(name) || trees.includes(name)),
  };
}

/** `*` stands for any text within one name. */
const patternOf = (rule: string): RegExp =>
  new RegExp(
    `^${rule
      .split('*')
      .map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join('[^/]*')}$`,
  );

/** Of writers that were interrupted, their locks, and what was put aside: of no run. */
const isLeftover = (name: string): boolean =>
  /\.tmp$|\.corrupt-|(^|\/)\.[^/]*\.lock$|\.json\.lock$|^\.mirrors\.json$/.test(name);
