// Takes the steps one after the other and waits for the engine. Every step tells where it is; what to do, others decided.

import { setTimeout as wait } from 'node:timers/promises';
import { AiError } from '../base/errors.ts';
import type { Emit } from '../base/events.ts';
import { throwIfInterrupted } from '../base/interrupt.ts';
import { formatDuration } from '../base/units.ts';
import { runCommand, type CommandEnd } from '../host/command.ts';
import { startDaemon, type Daemon } from './daemon.ts';
import type { Environment } from './step-environment.ts';
import type { Step, Work } from './work.ts';

export interface ActServices {
  emit: Emit;
  environment: Environment;
  interrupt: AbortSignal;
  /** The version of the engine that answers at a socket, or undefined. */
  versionAt: (socket: string) => Promise<string | undefined>;
}

/** Milliseconds between two looks whether the engine answers. */
const pollInterval = 200;
/**
 * For how long a lock of apt is waited for, and how long between two tries: a machine that has just started is often busy
 * with its own updates. By tries, because apt's own waiting (DPkg::Lock::Timeout) knows only one of its three locks.
 */
const lockTime = 300_000;
const lockPause = 2000;
const heldLock = /Could not get lock|Unable to (?:acquire|lock)|is held by process/;

/**
 * Does the work.
 * @returns the version of the engine that runs now
 * @throws AiError AI_SETUP_FAILED, AI_INTERRUPTED
 */
export async function act(work: Work, services: ActServices): Promise<string> {
  const { emit } = services;
  const total = work.steps.length + 1;
  emit({ type: 'work-start', title: 'setting up an engine' });
  try {
    let daemon: Daemon | undefined;
    let complaint = '';
    for (const [index, step] of work.steps.entries()) {
      throwIfInterrupted(services.interrupt, step.title);
      emit({ type: 'work-step', step: index + 1, total, label: step.title });
      if (step.kind === 'daemon') {
        // Its package, or somebody else, may have started it meanwhile.
        if ((await services.versionAt(work.wait.socket)) === undefined)
          daemon = startDaemon(step.argv, step.log, services.environment);
        continue;
      }
      const { ok, output } = await run(step, services);
      if (!ok && !step.mayFail)
        throw new AiError('AI_SETUP_FAILED', {
          step: step.title,
          output: [complaint, output].filter((text) => text !== '').join('\n'),
        });
      complaint = ok ? '' : output;
    }
    emit({ type: 'work-step', step: total, total, label: 'waiting for the engine' });
    const version = await untilItAnswers(work, daemon, services);
    const summary = `Docker Engine ${version} is running at unix://${work.wait.socket}`;
    emit({ type: 'work-end', ok: true, summary });
    return version;
  } catch (error) {
    emit({ type: 'work-end', ok: false, summary: 'the engine is not set up' });
    throw error;
  }
}

async function run(
  step: Extract<Step, { kind: 'command' }>,
  services: ActServices,
): Promise<CommandEnd> {
  const { emit, interrupt } = services;
  const environment = { ...services.environment, ...step.environment };
  const options = {
    environment,
    cwd: '/',
    onLine: (line: string) => {
      emit({ type: 'work-line', line });
    },
    ...(!step.untouchable && { interrupt }),
  };
  const explain = (): void => {
    emit({
      type: 'note',
      text: 'interrupted: this step is finished first, so that nothing breaks',
    });
  };
  if (step.untouchable) interrupt.addEventListener('abort', explain);
  try {
    const deadline = Date.now() + lockTime;
    let end = await runCommand(step.argv, options);
    while (step.waitsForLock && !end.ok && heldLock.test(end.output) && Date.now() < deadline) {
      emit({ type: 'work-line', line: 'waiting until another installation has ended' });
      await pause(lockPause, interrupt, step.title);
      end = await runCommand(step.argv, options);
    }
    if (end.ok || step.explain === undefined) return end;
    const more = await runCommand(step.explain, { environment, cwd: '/' });
    return { ok: false, output: more.ok ? `${end.output}\n${more.output}` : end.output };
  } finally {
    interrupt.removeEventListener('abort', explain);
  }
}

async function untilItAnswers(
  { wait: { socket, seconds, hint } }: Work,
  daemon: Daemon | undefined,
  { versionAt, interrupt }: ActServices,
): Promise<string> {
  const step = 'waiting for the engine';
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const version = await versionAt(socket);
    if (version !== undefined) return version;
    const output = daemon?.lastLines() ?? '';
    if (daemon?.ended) throw new AiError('AI_SETUP_FAILED', { step: daemon.title, output });
    if (Date.now() > deadline)
      throw new AiError('AI_SETUP_FAILED', {
        step,
        output: [`nothing answers at ${socket} after ${formatDuration(seconds)}`, output]
          .filter((text) => text !== '')
          .join('\n'),
        ...(hint !== undefined && { next: hint }),
      });
    await pause(pollInterval, interrupt, 'the engine answered');
  }
}

async function pause(milliseconds: number, signal: AbortSignal, before: string): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch(() => {
    throwIfInterrupted(signal, before);
  });
}
