// Recognises a script of the assistant's name that starts `ai` again: on the PATH it would be found once more, without end.

import { readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

type Environment = Readonly<Partial<Record<string, string>>>;

/** Which process has started which program natively, for an `ai` below it. */
export const childVariable = 'AI_NATIVE_CHILD';

export const childMark = (program: string): string => `${process.pid}:${program}`;

/** The program that an `ai` has started and that is now starting us: by `exec`, or as a shell that waits for us. */
export function programThatStartsUs(environment: Environment): string | undefined {
  const [, pid, program] = /^(\d+):(.+)$/s.exec(environment[childVariable] ?? '') ?? [];
  if (program === undefined) return undefined;
  const { ppid } = process;
  return Number(pid) === (isShell(ppid) ? parentOf(ppid) : ppid) ? program : undefined;
}

/** Where that is not to be known (no /proc), only the way by `exec` is recognised. */
function isShell(pid: number): boolean {
  try {
    const executable = path.basename(readlinkSync(`/proc/${pid}/exe`));
    return /^(ba|da|z|k|mk|fi|a)?sh$|^busybox$/.test(executable);
  } catch {
    return false;
  }
}

/** proc(5): after the name, which may hold anything, come state and parent. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
