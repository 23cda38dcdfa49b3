// The story of one run: stage, create (and build the image if there is none), session, and an end that leaves nothing.

import { AiError } from '../base/errors.ts';
import { exitCodes, signalExitCode } from '../base/exit-codes.ts';
import type { Container, RunFiles } from '../engines/engine.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import type { SessionEnd } from '../session/run-session.ts';
import type { LaunchServices } from './services.ts';

/** @returns the exit code of the run. @throws AiError */
export async function launch(plan: RunPlan, services: LaunchServices): Promise<number> {
  const { interruption, stage, emit } = services;
  for (const text of plan.notes) emit({ type: 'note', text });
  let keepStage = false;
  try {
    await services.needImageFiles();
    const files = stage.open();
    const [container] = await bothOrNeither(createContainer(plan, files, services), stage.fill());
    if (interruption.signalNumber !== undefined)
      return await giveUp(container, interruption.signalNumber);
    interruption.stop();
    const end = await runToEnd(container, services);
    keepStage = end.kind === 'lost';
    if (end.kind === 'lost') throw new AiError('AI_ENGINE_LOST', { container: plan.run.name });
    if (end.outOfMemory)
      emit({
        type: 'warning',
        text: 'the kernel ended a process inside: out of memory (--memory)',
      });
    await services.giveBack();
    await services.settled();
    return end.timedOut ? exitCodes.timedOut : end.code;
  } catch (error) {
    if (interruption.signalNumber === undefined) throw error;
    return signalExitCode(interruption.signalNumber);
  } finally {
    if (!keepStage) stage.close();
    interruption.stop();
    services.close();
  }
}

async function createContainer(
  plan: RunPlan,
  files: RunFiles,
  { engine, image }: LaunchServices,
): Promise<Container> {
  const first = await engine.create(plan, files);
  if (first !== 'image-missing') return first;
  await image.ensure();
  const second = await engine.create(plan, files);
  if (second !== 'image-missing') return second;
  throw new AiError('AI_ENGINE_REFUSED', {
    doing: 'create the container',
    status: 404,
    message: `no such image: ${plan.image.tag}`,
  });
}

async function runToEnd(container: Container, services: LaunchServices): Promise<SessionEnd> {
  const removed = services.waitRemoved ? container.removed() : undefined;
  try {
    const end = await services.session(container, () => {
      services.started(container);
    });
    await removed;
    return end;
  } catch (error) {
    // Not started: the engine removes by itself only what has run.
    await container.remove().catch(() => undefined);
    throw error;
  } finally {
    services.ended();
  }
}

async function giveUp(container: Container, signalNumber: number): Promise<number> {
  await container.remove();
  return signalExitCode(signalNumber);
}

/** Both at once; if one fails, what the other has created goes too. */
async function bothOrNeither<T>(
  creating: Promise<Container>,
  other: Promise<T>,
): Promise<[Container, T]> {
  const [container, rest] = await Promise.allSettled([creating, other]);
  if (container.status === 'fulfilled' && rest.status === 'fulfilled')
    return [container.value, rest.value];
  if (container.status === 'fulfilled') await container.value.remove();
  throw container.status === 'rejected' ? container.reason : (rest as PromiseRejectedResult).reason;
}
