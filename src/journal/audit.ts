// audit.jsonl: what was done with what is the user's, one JSON line each, so that it can be read afterwards.

import { closeSync, constants, lstatSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../base/errors.ts';

/** Bytes. Then the file makes room for the next, and replaces the one before. */
const largest = 10 * 1024 ** 2;

/**
 * Adds a line, with the time as `time`. Several launchers may write at once: each line is one write, at the end as it is then.
 * @returns why it could not be written; it never throws, because what it tells of has happened
 */
export function appendAudit(
  stateDirectory: string,
  line: Readonly<Record<string, unknown>>,
): string | undefined {
  const file = path.join(stateDirectory, 'audit.jsonl');
  try {
    const text = Buffer.from(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`);
    const size = lstatSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size + text.length > largest) renameSync(file, `${file}.1`);
    const descriptor = open(file);
    try {
      const written = writeSync(descriptor, text);
      if (written < text.length) return `only ${written} of ${text.length} bytes written`;
    } finally {
      closeSync(descriptor);
    }
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Nobody else reads it, no link leads elsewhere, and no pipe makes us wait. */
function open(file: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  return openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
}
