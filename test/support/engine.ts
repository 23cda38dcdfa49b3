// What tests ask the Docker Engine, beside `ai` itself: what runs there, and where the host is seen from a container.

import { setTimeout as wait } from 'node:timers/promises';
import Docker from 'dockerode';

/** The engine that DOCKER_HOST names, or the usual socket. */
export const connectToEngine = (): Docker => new Docker();

/** True if an engine answers. */
export async function engineAnswers(docker: Docker): Promise<boolean> {
  try {
    await docker.ping();
    return true;
  } catch {
    return false;
  }
}

export interface TestContainer {
  id: string;
  name: string;
  state: string;
  labels: Record<string, string>;
}

/**
 * The containers of `ai`, running or not, that mount something below `directory`: a state directory, a project, or the
 * whole test directory. Others share the engine; theirs are never listed.
 */
export async function containersOf(
  directory: string,
  docker: Docker = connectToEngine(),
): Promise<TestContainer[]> {
  const all = await docker.listContainers({ all: true, filters: { label: ['ai.run'] } });
  return all
    .filter((container) => container.Mounts.some((mount) => isBelow(mount.Source, directory)))
    .map((container) => ({
      id: container.Id,
      name: (container.Names[0] ?? '').replace(/^\//, ''),
      state: container.State,
      labels: container.Labels,
    }));
}

/**
 * What is still there of them when all have been given the time to go: the engine removes a container a moment after its
 * end. `within` is in milliseconds.
 */
export async function containersLeft(
  directory: string,
  { within = 5_000, docker = connectToEngine() } = {},
): Promise<TestContainer[]> {
  // Asked again and again: of one that is just being removed the engine's own wait ends at once.
  const end = performance.now() + within;
  for (;;) {
    const containers = await containersOf(directory, docker);
    if (containers.length === 0 || performance.now() > end) return containers;
    await wait(50);
  }
}

/** Ends and removes what `containersOf` lists. One that goes by itself meanwhile is fine. */
export async function removeContainersOf(directory: string, docker: Docker): Promise<void> {
  for (const { id } of await containersOf(directory, docker)) {
    await docker
      .getContainer(id)
      .remove({ force: true })
      .catch((error: unknown) => {
        const status =
          error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
        if (status !== 404 && status !== 409) throw error;
      });
  }
}

/** The address of this machine that containers on the engine's default bridge reach. */
export async function hostAddressOnBridge(docker: Docker = connectToEngine()): Promise<string> {
  const bridge = (await docker.getNetwork('bridge').inspect()) as {
    IPAM: { Config: { Subnet: string; Gateway?: string }[] };
  };
  const found = bridge.IPAM.Config.find(({ Subnet }) => !Subnet.includes(':'));
  if (found === undefined) throw new Error('the default bridge has no IPv4 subnet');
  // An engine that chose the gateway itself may not name it; it takes the first address then.
  return found.Gateway ?? found.Subnet.replace(/\d+\/\d+$/, '1');
}

const isBelow = (child: string, parent: string): boolean =>
  child === parent || child.startsWith(`${parent}/`);
