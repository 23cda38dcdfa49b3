// Where this user's state is, and what this run is called.

import { createHash, randomBytes } from 'node:crypto';
import path from 'node:path';
import type { HostFacts, StateFacts } from '../plan/facts.ts';

/** `$DOCKER_AI_CONFIG_HOME`, else `~/.docker-ai-config`. */
export function stateDirectoryOf(
  environment: Readonly<Partial<Record<string, string>>>,
  home: string,
): string {
  return path.resolve(environment['DOCKER_AI_CONFIG_HOME'] || path.join(home, '.docker-ai-config'));
}

export function readState(
  directory: string,
  host: Pick<HostFacts, 'machineId' | 'uid'>,
): StateFacts {
  return { directory, owner: ownerOf(host, directory), runId: randomBytes(4).toString('hex') };
}

/** A short, stable name for whoever starts runs here: other people share the engine. */
export function ownerOf(
  { machineId, uid }: Pick<HostFacts, 'machineId' | 'uid'>,
  stateDirectory: string,
): string {
  return createHash('sha256')
    .update(`${machineId}\0${uid}\0${stateDirectory}`)
    .digest('hex')
    .slice(0, 16);
}
