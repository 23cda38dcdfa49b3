// What runs have reached, and what they were not let to, from the lines of audit.jsonl.

import { countLeftOut, readAudit, type AuditEntry } from './read-audit.ts';

interface Line {
  /** As in the file: ISO 8601. */
  time: string;
  run: string;
  project: string;
}

export interface NetworkUse extends Line {
  host: string;
  port?: number;
  allowed: boolean;
  /** Why not: a word of src/tunnel/egress-policy.ts, or `unreachable`. */
  reason?: string;
}

/** How often a run asked for more than is told. */
export interface NetworkLeftOut extends Line {
  leftOut: number;
}

export type NetworkLine = NetworkUse | NetworkLeftOut;

/** Oldest first. What is no line of ours is passed over. @param project its root; every one without it */
export const readNetworkLines = (
  stateDirectory: string,
  project: string | undefined,
): readonly NetworkLine[] =>
  readAudit(stateDirectory, { project }).entries.flatMap((entry) => lineOf(entry) ?? []);

function lineOf(entry: AuditEntry): NetworkLine | undefined {
  const { what, time, run, project, host, port, allowed, reason } = entry;
  if (what !== 'network' || typeof run !== 'string' || typeof project !== 'string')
    return undefined;
  const leftOut = countLeftOut(entry);
  if (leftOut > 0) return { time, run, project, leftOut };
  if (typeof host !== 'string' || typeof allowed !== 'boolean') return undefined;
  return {
    ...{ time, run, project, host },
    ...(typeof port === 'number' && { port }),
    allowed,
    ...(typeof reason === 'string' && { reason }),
  };
}
