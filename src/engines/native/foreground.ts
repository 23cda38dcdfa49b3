// Whether the keyboard is ours: then the terminal itself tells Ctrl-C to everything that we have started.

import { closeSync, openSync, readFileSync } from 'node:fs';

/** True if this process is in the foreground of a terminal; where that is not to be known, if it has a terminal at all. */
export function isInForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // proc(5): after the name come state, ppid, pgrp, session, tty_nr, tpgid.
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foreground;
  } catch {
    return hasTerminal();
  }
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}
