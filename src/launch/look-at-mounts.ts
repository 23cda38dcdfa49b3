// The mounts that the user asks for, and the project itself, held against what must never be mounted.

import { AiError } from '../base/errors.ts';
import { isInside } from '../base/paths.ts';
import { findEngine, knownSockets } from '../engines/docker/find.ts';
import type { EngineFacts, ExtraMountFacts, ProjectFacts } from '../plan/facts.ts';
import type { NestedFacts } from '../plan/nested-facts.ts';
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

/**
 * What the host has mounted in the project or its repository. It stays outside, unless the run would start in it, or the engine is
 * rootless: what root has mounted it cannot leave out, and the project has to be mounted all the same.
 */
export function lookBelowProject(
  { root, directory, git }: Pick<ProjectFacts, 'root' | 'directory' | 'git'>,
  { rootless }: Pick<EngineFacts, 'rootless'>,
  below = mountedBelow,
): NestedFacts | undefined {
  const places = [...new Set([root, git?.commonDirectory ?? root])];
  const paths = [...new Set(places.flatMap((place) => below(place)))];
  if (paths.length === 0) return undefined;
  return { paths, along: rootless || paths.some((place) => isInside(directory, place)) };
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
