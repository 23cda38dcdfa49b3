// Reads audit.jsonl and what made room for it: the lines that are asked for, and how many could not be read.

import { readRegularFile } from '../host/files.ts';
import { auditFiles } from './audit.ts';

export interface AuditEntry {
  readonly time: string;
  readonly what: string;
  readonly [name: string]: unknown;
}

export interface AuditFilter {
  /** The root of a project; every one without it. */
  project?: string | undefined;
  /** The beginning of a run's id. */
  run?: string | undefined;
}

export interface ReadAudit {
  /** Oldest first. */
  entries: readonly AuditEntry[];
  /** Lines that are none: cut off by a full disk, or by hand. */
  broken: number;
}

/** A file is read whole: each has 10 MB at most. */
export function readAudit(stateDirectory: string, { project, run }: AuditFilter): ReadAudit {
  const entries: AuditEntry[] = [];
  let broken = 0;
  const isMeant = (entry: AuditEntry): boolean =>
    (project === undefined || entry['project'] === project) &&
    (run === undefined || String(entry['run']).startsWith(run));
  for (const file of auditFiles(stateDirectory))
    for (const line of (readRegularFile(file) ?? '').split('\n')) {
      if (line === '') continue;
      const entry = parse(line);
      if (entry === undefined) broken++;
      else if (isMeant(entry)) entries.push(entry);
    }
  return { entries, broken };
}

/** What a line says of uses that are not told, all kinds together. */
export const countLeftOut = ({ leftOut }: AuditEntry): number =>
  typeof leftOut === 'object' && leftOut !== null
    ? Object.values(leftOut).reduce<number>(
        (sum, count) => sum + (typeof count === 'number' ? count : 0),
        0,
      )
    : 0;

function parse(line: string): AuditEntry | undefined {
  try {
    const data = JSON.parse(line) as Partial<AuditEntry> | null;
    return typeof data?.time === 'string' && typeof data.what === 'string'
      ? (data as AuditEntry)
      : undefined;
  } catch {
    return undefined;
  }
}
