// Who a process is, beyond its number: numbers come again, start times within one boot do not.

import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  pid: number;
  /** Clock ticks from boot to the start of the process (proc(5), stat field 22); empty where there is no /proc. */
  startTime: string;
  /** Of this boot of the machine; empty where it is not to be had. */
  bootId: string;
}

export const ownIdentity = (): ProcessIdentity => ({
  pid: process.pid,
  startTime: startTimeOf(process.pid) ?? '',
  bootId: bootId(),
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

function startTimeOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The second field is the name in parentheses, which may hold anything, so count from its end.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie (state Z) has ended, whoever has not waited for it.
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

const bootId = (): string => read('/proc/sys/kernel/random/boot_id')?.trim() ?? '';

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
