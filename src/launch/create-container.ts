// Gets the container of a plan created, with its files filled meanwhile and its image built where there is none.

import { AiError, isAiError } from '../base/errors.ts';
import { mark } from '../base/trace.ts';
import type { Container, RunFiles } from '../engines/engine.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import type { LaunchServices } from './services.ts';

/** Filling the stage while the engine works costs no time (shared/PERFORMANCE.md). If one fails, the other is undone. */
export async function createContainer(plan: RunPlan, services: LaunchServices): Promise<Container> {
  const files = services.stage.open();
  mark('files of the run opened');
  const [container, filled] = await Promise.allSettled([
    createWithImage(plan, files, services),
    fillMeanwhile(services),
  ]);
  mark('container created');
  if (container.status === 'rejected') {
    // Interrupted while the engine was silent: nobody knows whether it has made the container.
    if (isAiError(container.reason, 'AI_ENGINE_UNREACHABLE') && services.interruption.exitCode())
      throw new AiError('AI_ENGINE_LOST', { container: plan.run.name });
    throw container.reason;
  }
  try {
    if (filled.status === 'rejected') throw filled.reason;
    await services.stage.giveOverlay();
    services.stage.keep();
    return container.value;
  } catch (error) {
    await container.value.remove();
    throw error;
  }
}

/** Not before the request is on its way: what is written here is written at once, and nothing else goes on meanwhile. */
async function fillMeanwhile({ stage }: LaunchServices): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await stage.fill();
  mark('files of the run filled');
}

/** No look at the image beforehand: the engine's “no such image” is what says that it has to be built. */
async function createWithImage(
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
