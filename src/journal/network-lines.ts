// What runs have reached, and what they were not let to, from the lines of audit.jsonl.

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { parseJson } from '../base/json.ts';

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

/** Bytes from its end: thousands of lines. */
const mostBytes = 4 * 1024 ** 2;

/** Oldest first. What is no line of ours is passed over. */
export const readNetworkLines = (stateDirectory: string): readonly NetworkLine[] =>
  ['audit.jsonl.1', 'audit.jsonl'].flatMap((name) =>
    endOf(path.join(stateDirectory, name)).flatMap((text) => lineOf(text) ?? []),
  );

function lineOf(text: string): NetworkLine | undefined {
  if (!text.includes('"network"')) return undefined;
  const { what, time, run, project, host, port, allowed, reason } = parseJson(text) ?? {};
  if (what !== 'network' || typeof allowed !== 'boolean') return undefined;
  if (![time, run, project, host].every((value) => typeof value === 'string')) return undefined;
  return {
    ...{ time, run, project, host },
    ...(typeof port === 'number' && { port }),
    allowed,
    ...(typeof reason === 'string' && { reason }),
  } as NetworkLine;
}

/** Whole lines; none where there is no such file. */
function endOf(file: string): readonly string[] {
  let descriptor;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return [];
  }
  try {
    const { size } = fstatSync(descriptor);
    const from = Math.max(0, size - mostBytes);
    const data = Buffer.alloc(size - from);
    const read = readSync(descriptor, data, 0, data.length, from);
    const lines = data.toString('utf8', 0, read).split('\n');
    return from === 0 ? lines : lines.slice(1);
  } catch {
    return [];
  } finally {
    closeSync(descriptor);
  }
}
