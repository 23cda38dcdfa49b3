// While a session runs: a login that it renews becomes the truth at once, and one that another session renews reaches it.

import { watch, type FSWatcher } from 'node:fs';
import { clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { stampOf } from '../host/foreign-files.ts';
import { releaseLocks } from './exchange-locks.ts';
import { isLoggedOut } from './logged-out.ts';
import { mirrorsOf } from './mirrors.ts';
import { reconcile, watchedDirectories, type Outcome } from './reconcile.ts';
import { placeOf, type RunState } from './run-state.ts';
import { withLock } from './truth.ts';

/** Milliseconds. Where the system tells of changes this is the backstop; on shared and remote file systems it is the way. */
const interval = 400;
/** Milliseconds from a sign of the system's to a look: a look makes such signs itself, and must not feed on them. */
const settling = 20;

export interface LiveSync {
  /** Resolves when nothing more is written. */
  stop: () => Promise<void>;
}

export function startLiveSync(
  run: RunState,
  { tell, debug }: { tell: (outcome: Outcome) => void; debug: (text: string) => void },
): LiveSync {
  const names = run.state.credentials.map(({ file }) => file);
  if (names.length === 0 || !run.plan.saved) return { stop: () => Promise.resolve() };
  let seen = '';
  let working: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  const work = async (): Promise<void> => {
    const before = stampsOf(run, names);
    if (before === seen) return;
    const outcomes = await withLock(run.truth, () =>
      names.flatMap((name) => reconcile(run, name, { now: Date.now(), isOver: false })),
    );
    // As it was before: what we have changed, or somebody meanwhile, is looked at once more.
    seen = before;
    for (const outcome of outcomes) tell(outcome);
  };
  let notBefore = 0;
  let soon: NodeJS.Timeout | undefined;
  const look = (): void => {
    if (stopped || clock() < notBefore) return;
    again = working !== undefined;
    working ??= work()
      .catch((error: unknown) => {
        // At the end it is tried again, and said.
        debug(`live sync: ${messageOf(error)}`);
        notBefore = clock() + interval;
      })
      .finally(() => {
        working = undefined;
        if (again) lookSoon();
      });
  };
  const lookSoon = (): void => {
    soon ??= setTimeout(() => {
      soon = undefined;
      look();
    }, settling);
  };
  const watchers = watchAll(watchedDirectories(run), lookSoon);
  const timer = setInterval(() => {
    look();
    try {
      releaseLocks(run);
    } catch (error) {
      debug(`locks of the login: ${messageOf(error)}`);
    }
  }, interval);
  look();
  return {
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      clearTimeout(soon);
      for (const watcher of watchers) watcher.close();
      await working;
    },
  };
}

/** Of both sides, so that one look costs a few calls. */
function stampsOf(run: RunState, names: readonly string[]): string {
  const stamps = names.map((name) => {
    const { root, file } = placeOf(run, name);
    return [
      stampOrError(root, file),
      stampOrError(run.truth.directory, name),
      ...mirrorsOf(run.truth, name).map((mirror) =>
        stampOrError(path.dirname(mirror), path.basename(mirror)),
      ),
    ].join();
  });
  return [...stamps, isLoggedOut(run.truth)].join(';');
}

function stampOrError(root: string, name: string): string {
  try {
    return stampOf(root, name) ?? '';
  } catch (error) {
    return messageOf(error);
  }
}

function watchAll(directories: readonly string[], look: () => void): FSWatcher[] {
  return directories.flatMap((directory) => {
    try {
      // Errors later on: the directory has gone, or was replaced.
      return [watch(path.resolve(directory), look).on('error', () => undefined)];
    } catch {
      // Not there yet, or too many watches: the interval has to do.
      return [];
    }
  });
}
