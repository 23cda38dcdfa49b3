// A process of its own that works on a state as launchers do, for tests that kill it, let its calls fail, or start many.
// Bundled by state-processes.ts. Its exit code says how it went.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { isAiError, messageOf } from '../../src/base/errors.ts';
import type { RunPlan } from '../../src/plan/run-plan.ts';
import { startLiveSync } from '../../src/state/live-sync.ts';
import { reconcile } from '../../src/state/reconcile.ts';
import { runStateOf, type RunState } from '../../src/state/run-state.ts';
import { syncOut } from '../../src/state/sync-out.ts';
import { withLock } from '../../src/state/truth.ts';
import { exitCodes } from './state-program-exit.ts';

const operations: Readonly<Record<string, (...words: readonly string[]) => Promise<void>>> = {
  /** The end of a run whose plan is in that file. */
  'sync-out': async (stateDirectory = '', planFile = '') => {
    const { run, plan } = runOf(stateDirectory, planFile);
    await syncOut(run, { runId: plan.run.id, now: Date.now() });
  },
  /** One step of live sync. */
  reconcile: async (stateDirectory = '', planFile = '') => {
    const { run } = runOf(stateDirectory, planFile);
    await withLock(run.truth, () => {
      for (const { file } of run.state.credentials)
        reconcile(run, file, { now: Date.now(), isOver: false });
    });
  },
  /** A session that renews its login again and again while live sync runs. Prints when the newest one ends. */
  renew: async (stateDirectory = '', id = '', count = '') => {
    const { testRun } = await import('./state-run.ts');
    const session = testRun(stateDirectory, 'gemini', { state: { runId: id } });
    await session.syncIn();
    const troubles: string[] = [];
    const live = startLiveSync(session.run, {
      tell: ({ kind, name }) => {
        if (kind !== 'saved') troubles.push(`${kind} ${name}`);
      },
      debug: (text) => troubles.push(text),
    });
    let newest = 0;
    for (let made = 0; made < Number(count); made++) {
      await pass(Math.random() * 60);
      newest = renew(session.inRun(loginFile), id, newest);
    }
    await live.stop();
    await session.syncOut();
    if (troubles.length > 0) throw new Error(troubles.join('\n'));
    process.stdout.write(`${newest}\n`);
  },
  /** Runs one after the other, each of which renews the login and ends. */
  'run-by-run': async (stateDirectory = '', id = '', count = '') => {
    const { testRun } = await import('./state-run.ts');
    let newest = 0;
    for (let made = 0; made < Number(count); made++) {
      const session = testRun(stateDirectory, 'gemini', { state: { runId: `${id}-${made}` } });
      await session.syncIn();
      await pass(Math.random() * 60);
      newest = renew(session.inRun(loginFile), id, newest);
      const { outcomes } = await session.syncOut();
      const odd = outcomes.filter(({ kind }) => kind !== 'saved');
      if (odd.length > 0) throw new Error(JSON.stringify(odd));
    }
    process.stdout.write(`${newest}\n`);
  },
  /** Reads a login all the time, until stdin ends. Prints how often, how often it was torn, and how often it was older than before. */
  read: async (file = '') => {
    const input = process.stdin.resume();
    const seen = { reads: 0, torn: 0, rolledBack: 0 };
    let last = 0;
    while (!input.readableEnded) {
      const end = endOf(file);
      seen.reads++;
      if (end === undefined) seen.torn++;
      else if (end < last) seen.rolledBack++;
      else last = end;
      if (seen.reads % 50 === 0) await new Promise(setImmediate);
    }
    process.stdout.write(JSON.stringify(seen));
  },
};

function runOf(stateDirectory: string, planFile: string): { run: RunState; plan: RunPlan } {
  const plan = JSON.parse(readFileSync(planFile, 'utf8')) as RunPlan;
  const run = runStateOf(plan, stateDirectory);
  if (run === undefined) throw new Error(`no state of ${plan.run.assistant}`);
  return { run, plan };
}

const loginFile = 'oauth_creds.json';

/** As assistants do it: whole, by a rename. Returns when the new one ends. */
function renew(file: string, id: string, before: number): number {
  const end = Math.max(before + 1, Date.now() + 3_600_000);
  const login = {
    access_token: `access-${id}-${end}`,
    refresh_token: `refresh-${id}-${end}`,
    expiry_date: end,
    // Long enough that a torn one would be seen.
    scope: 'x'.repeat(20_000),
  };
  const fresh = path.join(path.dirname(file), `fresh-${process.pid}.tmp`);
  writeFileSync(fresh, JSON.stringify(login), { mode: 0o600 });
  renameSync(fresh, file);
  return end;
}

function endOf(file: string): number | undefined {
  try {
    const { expiry_date: end } = JSON.parse(readFileSync(file, 'utf8')) as { expiry_date: number };
    return end;
  } catch {
    return undefined;
  }
}

const [name = '', ...words] = process.argv.slice(2);
const operation = operations[name];
if (operation === undefined) throw new Error(`no operation: ${name}`);
operation(...words).catch((error: unknown) => {
  // Live sync tries again whatever it was; the end of a run has to say what it is.
  const isSaid = isAiError(error, 'AI_STATE_UNSAVED') || name === 'reconcile';
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = isSaid ? exitCodes.unsaved : exitCodes.other;
});
