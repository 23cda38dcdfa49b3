// The way to an engine for what starts nothing there: lists, ends, clean-ups. It may be behind ssh; the way is closed after.

import type Dockerode from 'dockerode';
import type { Endpoint } from '../engines/docker/endpoint.ts';
import { isBrokenOff, unreachable } from '../engines/docker/unreachable.ts';
import type { Settings } from '../settings/schema.ts';
import { withLiveEngine } from './live-engine.ts';
import { namedEndpoint } from './services.ts';
import { isAtTerminal, type World } from './world.ts';

export interface ReachedEngine {
  docker: Dockerode;
  /** Where to open more streams to it; of an engine behind ssh the near end. */
  endpoint: Endpoint;
}

/** @throws AiError where there is no engine, or it is out of reach */
export async function withEngine<T>(
  world: World,
  settings: Settings,
  work: (engine: ReachedEngine) => Promise<T>,
): Promise<T> {
  const named = namedEndpoint(world, await withLiveEngine(world, settings));
  const { openDocker } = await import('../engines/docker/library.ts');
  const use = async (endpoint: Endpoint): Promise<T> => {
    try {
      return await work({ docker: await openDocker(endpoint), endpoint });
    } catch (error) {
      throw isBrokenOff(error) ? unreachable(named, error) : error;
    }
  };
  if (named.kind !== 'ssh') return use(named);
  const { openForward } = await import('../engines/docker/ssh-forward.ts');
  const { environment } = world;
  const forward = await openForward(named, { environment, mayAsk: isAtTerminal(world) });
  try {
    return await use(forward.endpoint);
  } finally {
    await forward.close();
  }
}
