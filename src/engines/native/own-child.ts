// Recognises a script of the assistant's name that starts `ai` again: on the PATH it would be found once more, without end.

import { readFileSync, readlinkSync } from 'node:fs';
import { path } from '../../base/path.ts';

type Environment = Readonly<Partial<Record<string, string>>>;

/** Which process has started which program natively, for an `ai` below it. */
export const childVariable = 'AI_NATIVE_CHILD';

export const childMark = (program: string): string => `${process.pid}:${program}`;

/** The program that an `ai` has started and that is now starting us: by `exec`, or as a shell that waits for us. */
export function programThatStartsUs(environment: Environment): string | undefined {
  const [, pid, program] = /^(\d+):(.+)$/s.exec(environment[childVariable] ?? '') ?? [];
  if (program === undefined) return undefined;
  const { ppid } = process;
  const starter = isShell(ppid) ? parentOf(ppid) : ppid;
  // With a terminal of its own, `script` is in between.
  const isOurs = [starter, isScript(starter) ? parentOf(starter) : undefined].includes(Number(pid));
  return isOurs ? program : undefined;
}

/** Where that is not to be known (no /proc), only the way by `exec` is recognised. */
const isShell = (pid: number): boolean =>
  /^(ba|da|z|k|mk|fi|a)?sh$|^busybox$/.test(executableOf(pid));

const isScript = (pid: number | undefined): pid is number =>
  pid !== undefined && executableOf(pid) === 'script';

function executableOf(pid: number): string {
  try {
    return path.basename(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return '';
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
