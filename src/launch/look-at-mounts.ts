// The mounts that the user asks for, and the project itself, held against what must never be mounted.

import { AiError } from '../base/errors.ts';
import { findEngine, knownSockets } from '../engines/docker/find.ts';
import type { EngineFacts, ExtraMountFacts, ProjectFacts } from '../plan/facts.ts';
import { engineSocketIn } from '../read/engine-sockets.ts';
import { readExtraMount } from '../read/extra-mounts.ts';
import { mountedBelow } from '../read/mounted-below.ts';
import type { Settings } from '../settings/schema.ts';
import { choiceOf } from './engine-choice.ts';
import type { World } from './world.ts';

export interface MountLook {
  settings: Settings;
  project: ProjectFacts;
  engine: EngineFacts;
  /** That relative paths count from. */
  directory: string;
}

/** @throws AiError AI_MOUNT_INVALID, AI_MOUNT_SOURCE_MISSING, AI_MOUNT_SOCKET */
export function lookAtMounts(
  world: World,
  { settings, project, engine, directory }: MountLook,
): readonly ExtraMountFacts[] {
  refuseSockets(project.root, { world, settings, engine, search: false });
  return settings.mounts.map((text) => {
    const mount = readExtraMount(text, directory, world.home);
    if (mount.kind === 'file') return mount;
    refuseSockets(mount.source, { world, settings, engine, search: true });
    const nested = mountedBelow(mount.source);
    if (nested.length === 0) return mount;
    // The kernel lets no user part what root has mounted (mount_namespaces(7), “locked”).
    if (engine.rootless)
      throw new AiError('AI_MOUNT_INVALID', {
        text,
        why: `something else is mounted in it (${nested[0] ?? ''}), and a rootless engine cannot leave that out`,
      });
    return { ...mount, nested };
  });
}

interface Refusing {
  world: World;
  settings: Settings;
  engine: EngineFacts;
  search: boolean;
}

/** In containers of an engine in a virtual machine the sockets of this one do not work. */
function refuseSockets(source: string, { world, settings, engine, search }: Refusing): void {
  if (!engine.sharesSockets) return;
  const socket = engineSocketIn(source, socketsOf(world, settings), search);
  if (socket !== undefined) throw new AiError('AI_MOUNT_SOCKET', { path: source, socket });
}

/** Of the engine in use, and of all that there may be. */
function socketsOf(world: World, settings: Settings): readonly string[] {
  const choice = choiceOf(world, settings);
  const known = knownSockets(choice);
  try {
    const { endpoint } = findEngine(choice);
    return endpoint.kind === 'unix' ? [endpoint.path, ...known] : known;
  } catch (error) {
    // A preview needs no engine.
    if (error instanceof AiError) return known;
    throw error;
  }
}
