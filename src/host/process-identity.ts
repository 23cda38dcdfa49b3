// Who a process is, beyond its number: numbers come again, start times within one boot do not.

import { readFileSync, readlinkSync } from 'node:fs';

export interface ProcessIdentity {
  pid: number;
  /** Clock ticks from boot to the start of the process (proc(5), stat field 22); empty where there is no /proc. */
  startTime: string;
  /** Of this boot of the machine; empty where it is not to be had. */
  bootId: string;
  /** Where its number counts (pid_namespaces(7)); empty where that is not to be had. */
  namespace?: string;
  /** Of the machine, for files that several share (machine-id(5)). */
  machine?: string;
}

let own: ProcessIdentity | undefined;

/** Of this process; it does not change. */
export const ownIdentity = (): ProcessIdentity =>
  (own ??= {
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? '',
    bootId: bootId(),
    namespace: namespace(),
    machine: machine(),
  });

/** True if exactly that process still runs on this machine. Where there is no /proc: if one of that number does. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.bootId !== bootId()) return false;
  if (identity.startTime !== '') return startTimeOf(identity.pid) === identity.startTime;
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** False for a process that cannot be seen from here: of another machine, or in another container of this one. */
export function canJudge(identity: ProcessIdentity): boolean {
  const { namespace: where = '', machine: whose = '' } = identity;
  if (whose !== '' && whose !== machine()) return false;
  // An earlier boot of this machine: whatever ran then is gone.
  if (identity.bootId !== bootId()) return true;
  return where === '' || where === namespace();
}

function startTimeOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The second field is the name in parentheses, which may hold anything, so count from its end.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie (state Z) has ended, whoever has not waited for it.
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

// Asked for each run that there is, and the same for all of them.
const bootId = once(() => read('/proc/sys/kernel/random/boot_id')?.trim() ?? '');
const machine = once(() => read('/etc/machine-id')?.trim() ?? '');
const namespace = once(() => {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
});

function once(find: () => string): () => string {
  let found: string | undefined;
  return () => (found ??= find());
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
