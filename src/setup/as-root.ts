// Does the work in a process of root's, by sudo, which asks for the password at the terminal where it wants one.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { AiError, type ErrorCode, type ErrorFacts } from '../base/errors.ts';
import type { LauncherEvent } from '../base/events.ts';
import type { Environment } from './step-environment.ts';
import type { ActServices } from './act.ts';
import type { Work } from './work.ts';

/** What the process gets on its stdin, as one line. When its stdin ends, the user has interrupted. */
export interface Job {
  work: Work;
  /** Not by sudo's own ways: those need rights of their own, and arguments everybody can read. */
  proxies: Environment;
}

/** What it answers on its stdout, a line each. */
export type Answer =
  | { event: LauncherEvent }
  | { version: string }
  | { error: { code: ErrorCode; facts: ErrorFacts[ErrorCode] } }
  | { bug: string };

export interface AsRootOptions {
  /** The built set-up-program.cjs. */
  program: string;
  /** Somebody sits at a terminal, so that sudo can ask for a password. */
  terminal: boolean;
}

/**
 * @returns the version of the engine that runs now
 * @throws AiError AI_SETUP_FAILED, AI_INTERRUPTED
 */
export async function actAsRoot(
  job: Job,
  { program, terminal }: AsRootOptions,
  { emit, interrupt, environment }: Pick<ActServices, 'emit' | 'interrupt' | 'environment'>,
): Promise<string> {
  // Of the user's environment root gets nothing but these, least of all the PATH.
  // At a terminal sudo says there what it wants; in this very session, or it would not find it.
  const child = spawn('sudo', [...(terminal ? [] : ['-n']), process.execPath, program], {
    cwd: '/',
    env: { ...environment },
    stdio: ['pipe', 'pipe', terminal ? 'inherit' : 'pipe'],
  });
  child.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);
  child.stdin?.write(`${JSON.stringify(job)}\n`);
  const end = (): void => {
    child.stdin?.end();
  };
  interrupt.addEventListener('abort', end);
  const complaint = child.stderr === null ? Promise.resolve('') : text(child.stderr);
  let last: Answer | undefined;
  try {
    if (child.stdout !== null)
      for await (const line of createInterface(child.stdout)) {
        const answer = parse(line);
        if (answer !== undefined && 'event' in answer) emit(answer.event);
        else last = answer ?? last;
      }
  } finally {
    interrupt.removeEventListener('abort', end);
    end();
  }
  if (last !== undefined && 'version' in last) return last.version;
  if (last !== undefined && 'error' in last) throw new AiError(last.error.code, last.error.facts);
  if (last !== undefined && 'bug' in last) throw new Error(last.bug);
  // Sudo has refused, and said why itself where there is a terminal.
  if (interrupt.aborted) throw new AiError('AI_INTERRUPTED', { before: 'anything was done' });
  throw new AiError('AI_SETUP_FAILED', {
    step: 'asking sudo for root’s rights',
    output: (await complaint).trim() || 'sudo gave none',
    next: terminal ? 'sudo -v  says why' : 'ai setup  at a terminal, where sudo can ask',
  });
}

/** Undefined for what others write there (PAM, a login script). */
function parse(line: string): Answer | undefined {
  try {
    return JSON.parse(line) as Answer;
  } catch {
    return undefined;
  }
}
