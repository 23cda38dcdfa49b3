// Of several known sockets the first one that can be used: a dead engine's socket, or one for others, hides no live one.

import { isAiError } from '../base/errors.ts';
import { dialer } from '../engines/docker/dial.ts';
import type { Endpoint } from '../engines/docker/endpoint.ts';
import { socketsToTry } from '../engines/docker/find.ts';
import type { Settings } from '../settings/schema.ts';
import { choiceOf } from './engine-choice.ts';
import type { World } from './world.ts';

/**
 * The settings, with the engine in them where it is not the one that findEngine would take. Most machines have one socket:
 * then nothing is tried.
 */
export async function withLiveEngine(world: World, settings: Settings): Promise<Settings> {
  const { emit } = world;
  const sockets = socketsToTry(choiceOf(world, settings));
  if (sockets.length < 2) return settings;
  const { live, dead } = await firstLive(sockets);
  if (live === undefined || live === sockets[0]) return settings;
  if (dead.length > 0)
    emit({ type: 'note', text: `nothing answers at ${dead.join(', ')}: using ${live}` });
  // Nobody has named it.
  return { ...settings, host: `unix://${live}`, places: { ...settings.places, host: '' } };
}

/** `dead` are those before it where nothing listens; one that is for others is no news at every start. */
export async function firstLive(
  sockets: readonly string[],
): Promise<{ live: string | undefined; dead: readonly string[] }> {
  const dead: string[] = [];
  for (const path of sockets) {
    const endpoint: Endpoint = { kind: 'unix', path };
    try {
      (await dialer(endpoint)()).destroy();
      return { live: path, dead };
    } catch (error) {
      if (!isAiError(error, 'AI_ENGINE_PERMISSION')) dead.push(path);
    }
  }
  return { live: undefined, dead };
}
