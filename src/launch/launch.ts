// The story of one run: stage, create (and build the image if there is none), session, and an end that leaves nothing.

import { AiError, isAiError } from '../base/errors.ts';
import { exitCodes } from '../base/exit-codes.ts';
import { mark } from '../base/trace.ts';
import type { Container } from '../engines/engine.ts';
import { wordsOfLimits } from '../plan/limit-words.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import type { SessionEnd } from '../session/run-session.ts';
import { createContainer } from './create-container.ts';
import type { LaunchServices } from './services.ts';

/** @returns the exit code of the run. @throws AiError */
export async function launch(plan: RunPlan, services: LaunchServices): Promise<number> {
  const { interruption, stage, emit } = services;
  for (const text of plan.notes) emit({ type: 'note', text });
  let keepStage = false;
  let end: SessionEnd | undefined;
  let isSaved = false;
  try {
    await services.needImageFiles();
    const container = await createContainer(plan, services);
    end = await runToEnd(container, services);
    if (end.kind === 'lost') throw lost(plan.run.name);
    for (const text of wordsOfLimits(plan.limits, end)) emit({ type: 'warning', text });
    // What cannot be given back may well be read, and is no reason to lose a login.
    const [given] = await Promise.allSettled([services.giveBack()]);
    await services.state.save();
    isSaved = true;
    const code = await conclude(end, services);
    if (given.status === 'rejected') throw given.reason;
    return code;
  } catch (error) {
    // The next `ai` finishes what nobody knows the end of, and what could not be saved.
    keepStage = isAiError(error, 'AI_ENGINE_LOST') || (end !== undefined && !isSaved);
    if (isAiError(error, 'AI_STATE_UNSAVED')) throw error;
    const interrupted = interruption.exitCode();
    if (interrupted === undefined) throw error;
    return interrupted;
  } finally {
    await services.state.stop();
    await services.tunnel.close();
    services.audit.ended(end);
    if (!keepStage) await stage.close();
    interruption.stop();
    services.close();
  }
}

async function runToEnd(container: Container, services: LaunchServices): Promise<SessionEnd> {
  const { interruption } = services;
  const removed = services.waitRemoved ? container.removed() : undefined;
  let known = false;
  try {
    interruption.check();
    const end = await services.session(container, {
      starting: async () => {
        await interruption.heard();
        interruption.check();
      },
      started: () => {
        interruption.handOver();
        services.started();
      },
    });
    known = end.kind === 'exited';
    await removed;
    return end;
  } catch (error) {
    // Not started: the engine removes by itself only what has run.
    await container.remove().catch((cause: unknown) => {
      throw lost(container.name, cause);
    });
    known = true;
    throw error;
  } finally {
    services.ended(known);
  }
}

type Exited = Extract<SessionEnd, { kind: 'exited' }>;

/** What there is to say after a run, and its exit code. */
async function conclude(end: Exited, services: LaunchServices): Promise<number> {
  mark('logins and settings saved');
  await services.sayWhatWasVisible();
  await services.sayWhatChanged();
  await services.tunnel.conclude();
  await services.settled();
  return end.timedOut ? exitCodes.timedOut : end.code;
}

const lost = (container: string, cause?: unknown): AiError =>
  new AiError('AI_ENGINE_LOST', { container }, { cause });
