// The runs of this user in the engine, which is the only registry of what runs.

import type Dockerode from 'dockerode';
import { AiError, messageOf, systemCode } from '../base/errors.ts';
import { openDocker } from '../engines/docker/library.ts';
import { showEndpoint } from '../engines/docker/endpoint.ts';
import { readHost } from '../read/host-facts.ts';
import { ownerOf } from '../read/state-facts.ts';
import type { Settings } from '../settings/schema.ts';
import { engineEndpoint } from './services.ts';
import type { World } from './world.ts';

export interface EngineRun {
  id: string;
  name: string;
  assistant: string;
  project: string;
  /** `running`, `created`, `exited`, … */
  state: string;
  /** Seconds since it was created. */
  age: number;
  container: string;
}

/** Only what carries our owner: other people share the engine. */
export async function listRuns(
  world: World,
  settings: Settings,
): Promise<{ docker: Dockerode; runs: readonly EngineRun[] }> {
  const endpoint = engineEndpoint(world, settings);
  const docker = await openDocker(endpoint);
  const owner = ownerOf(readHost(world.environment, settings), world.stateDirectory);
  try {
    const containers = await docker.listContainers({
      all: true,
      filters: { label: [`ai.owner=${owner}`] },
    });
    return { docker, runs: containers.map(toRun).sort((a, b) => a.age - b.age) };
  } catch (error) {
    throw explain(showEndpoint(endpoint), error);
  }
}

function toRun({ Id, Names, Labels, State, Created }: Dockerode.ContainerInfo): EngineRun {
  return {
    id: Labels['ai.run'] ?? '',
    name: (Names[0] ?? '').replace(/^\//, ''),
    assistant: Labels['ai.assistant'] ?? '',
    project: Labels['ai.project'] ?? '',
    state: State,
    age: Math.max(0, Date.now() / 1000 - Created),
    container: Id,
  };
}

function explain(endpoint: string, error: unknown): AiError {
  const code = systemCode(error);
  if (code === 'EACCES' || code === 'EPERM')
    return new AiError(
      'AI_ENGINE_PERMISSION',
      { socket: endpoint.replace('unix://', '') },
      { cause: error },
    );
  const cause =
    code === 'ECONNREFUSED'
      ? 'nothing listens there'
      : code === 'ENOENT'
        ? 'there is no such socket'
        : messageOf(error);
  return new AiError('AI_ENGINE_UNREACHABLE', { endpoint, cause }, { cause: error });
}

/** For calls whose refusal is good news: the container has ended, or is gone, or going. */
export const ignoreStatus =
  (statuses: readonly number[]) =>
  (error: unknown): void => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 0;
    if (!statuses.includes(status)) throw error;
  };
