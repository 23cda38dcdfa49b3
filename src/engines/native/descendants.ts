// Processes and what they have started, as the system lists them: /proc, or ps where there is none.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { systemPath } from '../../host/program-path.ts';

export interface ProcessEntry {
  pid: number;
  parent: number;
  /** `T` for one that is stopped. */
  state: string;
  /** Tells a process from a later one of the same number; empty where that is not to be had. */
  startTime: string;
}

/** Everything that a process has started and that runs now, nearest first. */
export function descendantsOf(pid: number): readonly ProcessEntry[] {
  const all = listProcesses();
  const found: ProcessEntry[] = [];
  for (let next = [pid]; next.length > 0;) {
    const children = all.filter(({ parent }) => next.includes(parent));
    found.push(...children);
    next = children.map((child) => child.pid);
  }
  return found;
}

/** True if it is stopped, as Ctrl-Z does it. */
export const isStopped = (pid: number): boolean =>
  (hasProc() ? readStat(pid) : askPs(['-p', String(pid)])[0])?.state.startsWith('T') ?? false;

/** Sends a signal to a process if it still is that one. */
export function signalProcess({ pid, startTime }: ProcessEntry, signal: NodeJS.Signals): void {
  if (startTime !== '' && readStat(pid)?.startTime !== startTime) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It has gone, or has become somebody else's.
  }
}

function listProcesses(): readonly ProcessEntry[] {
  if (!hasProc()) return askPs(['-A']);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
}

const hasProc = (): boolean => existsSync('/proc/self/stat');

/** proc(5), stat: the second field is the name in parentheses, which may hold anything, so count from its end. */
function readStat(pid: number): ProcessEntry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', parent] = fields;
    return { pid, parent: Number(parent), state, startTime: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

function askPs(which: readonly string[]): readonly ProcessEntry[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,ppid=,state=', ...which], {
    encoding: 'utf8',
    env: { PATH: systemPath },
  });
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, state] = line.trim().split(/\s+/);
    return state ? [{ pid: Number(pid), parent: Number(parent), state, startTime: '' }] : [];
  });
}
