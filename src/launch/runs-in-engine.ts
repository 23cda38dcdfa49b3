// The runs of this user in the engine, which is the only registry of what runs.

import type Dockerode from 'dockerode';
import { AiError, messageOf } from '../base/errors.ts';
import { readHost } from '../read/host-facts.ts';
import { ownerOf } from '../read/state-facts.ts';
import type { Settings } from '../settings/schema.ts';
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
  docker: Dockerode,
): Promise<{ owner: string; runs: readonly EngineRun[] }> {
  const owner = ownerOf(readHost(world.environment, settings), world.stateDirectory);
  const filters = { label: [`ai.owner=${owner}`] };
  const containers = await docker.listContainers({ all: true, filters }).catch((error: unknown) => {
    const status = statusOf(error);
    if (status === undefined) throw error;
    const facts = { doing: 'list your runs', status, message: messageOf(error) };
    throw new AiError('AI_ENGINE_REFUSED', facts, { cause: error });
  });
  return { owner, runs: containers.map(toRun).sort((a, b) => a.age - b.age) };
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

/** For calls whose refusal is good news: the container has ended, or is gone, or going. */
export const ignoreStatus =
  (statuses: readonly number[]) =>
  (error: unknown): void => {
    if (!statuses.includes(statusOf(error) ?? 0)) throw error;
  };

/** The HTTP status of a refusal that dockerode throws. */
const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : undefined;
