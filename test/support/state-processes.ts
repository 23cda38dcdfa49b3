// Starts the processes of state-program.ts: as they are, and under strace with one call that kills them or fails.

import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { temporaryDirectory } from './test-directory.ts';

/** A call of the system in the main thread of a process: the how manieth of its name, and what it was made with. */
export interface Call {
  name: string;
  number: number;
  text: string;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Calls that look at files or change them. */
const traced = [
  ...['openat', 'read', 'pread64', 'write', 'pwrite64', 'fsync', 'fdatasync', 'copy_file_range'],
  ...['rename', 'link', 'unlink', 'mkdir', 'rmdir', 'chmod', 'fchmod', 'fchown', 'lchown'],
  ...['ftruncate', 'getdents64', 'statx', 'utimensat', 'symlink', 'sendfile'],
];

/** Whatever these do, nothing on the disk changes by it. */
const looks = new Set(['read', 'pread64', 'getdents64', 'statx']);
export const isLook = ({ name, text: what }: Call): boolean =>
  looks.has(name) || (name === 'openat' && !/O_CREAT|O_TRUNC|O_WRONLY|O_RDWR/.test(what));

export async function bundleStateProgram(): Promise<string> {
  const program = path.join(temporaryDirectory(), 'state-program.cjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'state-program.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'warning',
  });
  return program;
}

export const startProgram = (program: string, words: readonly string[]): ChildProcess =>
  spawn(process.execPath, [program, ...words], { env: {} });

export async function endOf(child: ChildProcess): Promise<Ended> {
  const ended = new Promise<Pick<Ended, 'code' | 'signal'>>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
  const [end, stdout, stderr] = await Promise.all([
    ended,
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
  ]);
  return { ...end, stdout, stderr };
}

/** Runs it to its end and tells which calls it made on files below that directory. */
export async function callsOf(
  program: string,
  words: readonly string[],
  directory: string,
): Promise<{ ended: Ended; calls: readonly Call[] }> {
  const { ended, log } = await trace(program, words, [
    '--seccomp-bpf',
    ...['-e', `trace=${traced.join()}`],
  ]);
  return { ended, calls: parseCalls(log).filter((call) => isBelow(call, directory)) };
}

/**
 * Runs it with what strace(1) calls an injection at that call.
 * @returns also whether that was a call on a file below the directory: how often node reads before it runs the program differs
 */
export async function runWithFault(
  program: string,
  words: readonly string[],
  {
    call,
    fault,
    directory,
  }: { call: Pick<Call, 'name' | 'number'>; fault: string; directory: string },
): Promise<{ ended: Ended; isHit: boolean }> {
  const { ended, log } = await trace(program, words, [
    // Faster, and with it signals are not sent.
    ...(fault.startsWith('signal=') ? [] : ['--seccomp-bpf']),
    ...['-e', `trace=${call.name}`],
    ...['-e', `inject=${call.name}:${fault}:when=${call.number}`],
  ]);
  const hit = parseCalls(log).find(({ number }) => number === call.number);
  return { ended, isHit: hit !== undefined && isBelow(hit, directory) };
}

/** True for a call on a file there; those by way of an open directory say only its number. */
const isBelow = ({ text: what }: Call, directory: string): boolean =>
  [`<${directory}/`, `"${directory}/`, '"/proc/self/fd/'].some((text) => what.includes(text));

async function trace(
  program: string,
  words: readonly string[],
  options: readonly string[],
): Promise<{ ended: Ended; log: string }> {
  const log = path.join(temporaryDirectory(), 'log');
  const quiet = ['-f', '-qq', '-y', '-s', '0', '-o', log];
  const command = [...quiet, ...options, process.execPath, program, ...words];
  const ended = await endOf(spawn('strace', command, { env: {} }));
  return { ended, log: readFileSync(log, 'utf8') };
}

/** Of the main thread, the first to appear; each thread is counted on its own, by strace as well. */
function parseCalls(log: string): readonly Call[] {
  const counts = new Map<string, number>();
  const lines = log.split('\n').map((line) => /^(\d+) +(?:<\.\.\. )?(\w+)\(?(.*)$/.exec(line));
  const main = lines.find(Boolean)?.[1];
  return lines.flatMap((match) => {
    if (!match || match[1] !== main || match[0].includes('<... ')) return [];
    const [, , name = '', what = ''] = match;
    if (!traced.includes(name)) return [];
    const number = (counts.get(name) ?? 0) + 1;
    counts.set(name, number);
    return [{ name, number, text: what }];
  });
}
