// Where this user's state is, and what this run is called.

import { createHash, randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import os from 'node:os';
import { systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import type { HostFacts, StateFacts } from '../plan/facts.ts';
import { globalState } from '../plan/places.ts';

export function readState(
  directory: string,
  host: Pick<HostFacts, 'machineId' | 'uid'>,
  profile: string,
): StateFacts {
  const runId = randomBytes(4).toString('hex');
  return {
    directory,
    global: globalState(directory, profile),
    writable: writableFor(directory, runId),
    owner: ownerOf(host, directory),
    runId,
  };
}

/** The state directory, or one for this run alone where nothing can be written in it: a read-only home. */
function writableFor(directory: string, runId: string): string {
  return isWritable(directory) ? directory : path.join(os.tmpdir(), `ai-${runId}`);
}

/** Of what is not there yet the nearest directory that is. */
function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    const parent = path.dirname(directory);
    return systemCode(error) === 'ENOENT' && parent !== directory && isWritable(parent);
  }
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
