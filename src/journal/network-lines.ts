// What runs have reached, and what they were not let to, from the lines of audit.jsonl.

import { readAudit, type AuditEntry } from './read-audit.ts';

export interface NetworkLine {
  /** As in the file: ISO 8601. */
  time: string;
  run: string;
  project: string;
  host: string;
  port?: number;
  allowed: boolean;
  /** Why not: a word of src/tunnel/egress-policy.ts, or `unreachable`. */
  reason?: string;
}

/** Oldest first. What is no line of ours is passed over. @param project its root; every one without it */
export const readNetworkLines = (
  stateDirectory: string,
  project: string | undefined,
): readonly NetworkLine[] =>
  readAudit(stateDirectory, { project }).entries.flatMap((entry) => lineOf(entry) ?? []);

function lineOf(entry: AuditEntry): NetworkLine | undefined {
  const { what, time, run, project, host, port, allowed, reason } = entry;
  if (what !== 'network' || typeof allowed !== 'boolean') return undefined;
  if (![run, project, host].every((value) => typeof value === 'string')) return undefined;
  return {
    ...{ time, run, project, host },
    ...(typeof port === 'number' && { port }),
    allowed,
    ...(typeof reason === 'string' && { reason }),
  } as NetworkLine;
}
