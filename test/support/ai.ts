// Runs `ai` as a user does: its own process, a clean environment, an empty home.

import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { installedExecutable, ownExecutable } from './installation.ts';
import { temporaryDirectory } from './test-directory.ts';
import { asUser } from './user.ts';
import type { TestUser } from './user.ts';

export interface AiOptions {
  /** Directory to start in; a new empty one by default. */
  cwd?: string;
  /** Added to the clean environment; undefined takes a variable away. */
  env?: Readonly<Record<string, string | undefined>>;
  /** What stands on stdin; nothing, and at its end, by default. */
  input?: string | Uint8Array;
  /** HOME, and with it the state; a new empty one by default. */
  home?: string;
  /** Another user than the one who runs the tests. */
  user?: TestUser | undefined;
}

export interface AiResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs `ai` to its end. */
export async function runAi(args: readonly string[], options: AiOptions = {}): Promise<AiResult> {
  const child = startAi(args, options);
  // A launcher that ends without reading its stdin is not an error of the test.
  child.stdin.on('error', () => undefined).end(options.input);
  const ended = new Promise<Pick<AiResult, 'code' | 'signal'>>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
  const [end, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { ...end, stdout, stderr };
}

/** Starts `ai` with pipes, for tests that feed it bit by bit, signal it, or read it slowly. `input` is not used. */
export function startAi(
  args: readonly string[],
  options: AiOptions = {},
): ChildProcessWithoutNullStreams {
  const { command, cwd, env } = aiCommand(args, options);
  const [program = '', ...rest] = command;
  return spawn(program, rest, { cwd, env });
}

/** The command line, directory and environment of such a run, for whoever starts it otherwise (a terminal, a shell). */
export function aiCommand(
  args: readonly string[],
  options: AiOptions = {},
): { command: string[]; cwd: string; env: Record<string, string> } {
  const owner = options.user;
  const executable = owner === undefined ? ownExecutable : installedExecutable();
  const home = options.home ?? temporaryDirectory({ owner });
  const env: Record<string, string | undefined> = {
    ...environmentOfHost(),
    ...(args.includes('--yes') ? certificatesOfHost() : {}),
    HOME: home,
    LANG: 'C.UTF-8',
    ...options.env,
  };
  return {
    command: asUser(owner, [process.execPath, executable, ...args]),
    cwd: options.cwd ?? temporaryDirectory({ owner }),
    env: Object.fromEntries(
      Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  };
}

/** What this machine needs to reach its engine and its registries, and nothing else of the developer's environment. */
function environmentOfHost(): Record<string, string | undefined> {
  const names = ['PATH', 'DOCKER_HOST', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
  return {
    ...Object.fromEntries(names.map((name) => [name, process.env[name]])),
    // pip's index is asked where it has its files (ask-registries.ts): not by tests that have none.
    PIP_NO_INDEX: '1',
    // Tests ask no registry for newer versions but one of their own.
    AI_UPDATE_CHECK: 'false',
  };
}

/**
 * Certificates that this machine needs for TLS to its registries. With them each start of Node, here and inside, takes 40 ms of
 * a processor more, thousands of times in all: they are for runs that may make an image or install something, which say
 * `--yes`, and for those that ask for them.
 */
export const certificatesOfHost = (): Record<string, string | undefined> => ({
  NODE_EXTRA_CA_CERTS: process.env['NODE_EXTRA_CA_CERTS'],
});
