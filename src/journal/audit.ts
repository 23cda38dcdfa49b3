// audit.jsonl: what was done with what is the user's, one JSON line each, so that it can be read afterwards.

import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import type { AuditLine } from '../base/audit-line.ts';
import { messageOf, systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { showAsJson } from '../base/quote.ts';
import type { Redactor } from '../base/redact.ts';

/** Where lines go, and what keeps secrets out of every one of them. A World is one. */
export interface AuditSink {
  /** `~/.docker-ai-config`. */
  readonly stateDirectory: string;
  readonly redactor: Pick<Redactor, 'coverData' | 'coverTelling'>;
}

/** Bytes. Then the file makes room for the next. */
const largest = 10 * 1024 ** 2;
/** How many of those that have made room are kept. */
const kept = 3;
/** Bytes of a line. What tells of more tells how much it leaves out. */
const longestLine = 256 * 1024;

/**
 * Adds a line, with the time as `time`. Several launchers may write at once: each line is one write, at the end as it is then.
 * @returns why it could not be written; it never throws, because what it tells of has happened
 */
export function appendAudit(
  { stateDirectory, redactor }: AuditSink,
  line: AuditLine,
): string | undefined {
  const file = path.join(stateDirectory, 'audit.jsonl');
  try {
    const whole = lineOf(withoutSecrets(line, redactor));
    makeRoom(file, whole.length);
    const descriptor = open(file, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT);
    try {
      const text = endsWithLine(file) ? whole : Buffer.concat([Buffer.from('\n'), whole]);
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

/** The files that hold it, oldest first. */
export function auditFiles(stateDirectory: string): readonly string[] {
  const file = path.join(stateDirectory, 'audit.jsonl');
  return [...earlierFiles(file), file];
}

/** Words of ours: a password that is one of them must not make a line unreadable. */
const ours = ['run', 'assistant', 'project', 'plan', 'image', 'imageId', 'mode'];

function withoutSecrets({ what, ...rest }: AuditLine, redactor: AuditSink['redactor']): object {
  const parts = Object.entries(rest).map(([name, value]) => [
    name,
    ours.includes(name) ? redactor.coverTelling(value) : redactor.coverData(value),
  ]);
  return { what, ...(Object.fromEntries(parts) as object) };
}

function lineOf(line: object): Buffer {
  const timed = { time: new Date().toISOString(), ...line };
  const text = Buffer.from(`${showAsJson(timed)}\n`);
  if (text.length <= longestLine) return text;
  const short = Object.entries(timed).filter(
    ([, value]) => typeof value !== 'object' && (typeof value !== 'string' || value.length < 1000),
  );
  return Buffer.from(`${showAsJson({ ...Object.fromEntries(short), leftOut: text.length })}\n`);
}

/** How often this process has made room: no two names are the same. */
let timesMade = 0;

/**
 * Under a name of its own, so that of two processes that do so at once none replaces what the other has moved. Whoever has the
 * file open writes on to what it is called then.
 */
function makeRoom(file: string, more: number): void {
  const full = lstatSync(file, { throwIfNoEntry: false });
  if (full === undefined || full.size + more <= largest) return;
  const stamp = new Date().toISOString().replaceAll(/[-:.Z]/g, '');
  const earlier = `${file}.${stamp}-${process.pid}-${++timesMade}`;
  try {
    renameSync(file, earlier);
    if (lstatSync(earlier).ino !== full.ino) putBack(earlier, file);
  } catch (error) {
    // Another process was faster.
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  for (const old of earlierFiles(file).slice(0, -kept)) rmSync(old, { force: true });
}

/** Another process had made room, and the one that was moved is its new one. Where there is yet another, it stays. */
function putBack(earlier: string, file: string): void {
  try {
    linkSync(earlier, file);
    rmSync(earlier);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

/** Their names begin with the time at which they made room. */
function earlierFiles(file: string): readonly string[] {
  const directory = path.dirname(file);
  return readdirSync(directory)
    .filter((name) => /^audit\.jsonl\.\d[\dT-]*$/.test(name))
    .sort()
    .map((name) => path.join(directory, name));
}

/** False after half a line, which a full disk has left: the next must not become part of it. */
function endsWithLine(file: string): boolean {
  const descriptor = open(file, constants.O_RDONLY);
  try {
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    return size === 0 || readSync(descriptor, last, 0, 1, size - 1) === 0 || last[0] === 0x0a;
  } finally {
    closeSync(descriptor);
  }
}

/** Nobody else reads it, no link leads elsewhere, and no pipe makes us wait. */
const open = (file: string, how: number): number =>
  openSync(file, how | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600);
