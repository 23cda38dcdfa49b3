// Runs for tests of the state: a plan as a launch makes it, on a real directory, with the run's own directories made.

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BuiltInName } from '../../src/base/assistant-definition.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { defaultProfile, globalState } from '../../src/plan/places.ts';
import type { RunPlan } from '../../src/plan/run-plan.ts';
import { createMissing } from '../../src/state/create.ts';
import { placeOf, runStateOf, type RunState } from '../../src/state/run-state.ts';
import { seedsOf } from '../../src/state/stage.ts';
import { syncIn, type SyncIn } from '../../src/state/sync-in.ts';
import { syncOut, type SyncOut } from '../../src/state/sync-out.ts';
import { buildFacts, plainRequest, type FactsInput } from './build-facts.ts';

export interface TestRun {
  plan: RunPlan;
  run: RunState;
  /** The path of a file of the state in the run. */
  inRun: (name: string) => string;
  syncIn: () => Promise<SyncIn>;
  syncOut: () => Promise<SyncOut>;
}

export const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

/** Where the project of these runs is on the host, and in the run. */
export const projectOutside = '/home/ann/app';
export const projectInside = '/workspace/app';

export type RunInput = Pick<
  FactsInput,
  'settings' | 'state' | 'request' | 'mounts' | 'host' | 'project'
>;

/** A run of that assistant with this state directory, ready for sync-in. */
export function testRun(
  stateDirectory: string,
  assistant: BuiltInName,
  input: RunInput = {},
): TestRun {
  const writable = input.state?.writable ?? stateDirectory;
  const plan = buildPlan(
    buildFacts({
      ...input,
      request: input.request ?? { ...plainRequest, assistant },
      project: { root: projectOutside, directory: projectOutside, owner: me, ...input.project },
      host: { uid: me.uid, gid: me.gid, ...input.host },
      state: {
        directory: stateDirectory,
        global: globalState(stateDirectory, input.settings?.profile ?? defaultProfile),
        writable,
        ...input.state,
      },
      secrets: { zai_key: 'key' },
    }),
  );
  createMissing(plan.prepare.create);
  const run = runStateOf(plan, stateDirectory, writable);
  if (run === undefined) throw new Error(`no state of ${assistant}`);
  return {
    plan,
    run,
    inRun: (name) => {
      const { root, file } = placeOf(run, name);
      return path.join(root, file);
    },
    syncIn: () =>
      syncIn(run, { seeds: seedsOf(plan), links: run.state.links ?? {}, now: Date.now() }),
    syncOut: () => syncOut(run, { runId: plan.run.id, now: Date.now() }),
  };
}

/** A whole run in which `session` happens. */
export async function wholeRun(
  stateDirectory: string,
  assistant: BuiltInName,
  session: (run: TestRun) => void,
  input?: RunInput,
): Promise<SyncOut & { run: TestRun }> {
  const run = testRun(stateDirectory, assistant, input);
  await run.syncIn();
  session(run);
  return { run, ...(await run.syncOut()) };
}

/** Writes a file with the directories on the way to it; what is no text becomes JSON. */
export function put(file: string, content: unknown, mode = 0o600): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content), { mode });
}

export const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** All that is below a directory, by name: the mode, and what a file holds. */
export function treeOf(directory: string): Record<string, string> {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    names.sort().map((name) => {
      const file = path.join(directory, name);
      const found = statSync(file, { throwIfNoEntry: false });
      const mode = ((found?.mode ?? 0) & 0o777).toString(8);
      return [name, found?.isFile() ? `${mode} ${readFileSync(file, 'utf8')}` : mode];
    }),
  );
}

/** A login of Claude’s that ends in so many hours; `name` tells it from others. */
export const claudeLogin = (name: string, hours: number): object => ({
  claudeAiOauth: {
    accessToken: `access-${name}`,
    refreshToken: `refresh-${name}`,
    expiresAt: Date.now() + hours * 3_600_000,
  },
});
