// Whether an engine answers, and which version it is.

import { isAiError } from '../base/errors.ts';
import { Connection } from '../engines/docker/connection.ts';
import { dialer } from '../engines/docker/dial.ts';
import type { Endpoint } from '../engines/docker/endpoint.ts';

/** An engine that has not answered after these milliseconds does not. */
const patience = 5000;

export type EngineAnswer = { make: string; version: string } | 'silent' | 'forbidden';

export async function askEngine(endpoint: Endpoint, limit = patience): Promise<EngineAnswer> {
  const connection = new Connection(dialer(endpoint));
  try {
    const signal = AbortSignal.timeout(limit);
    const { status, headers, body } = await connection.request('GET', '/version', { signal });
    const { Version: version } = JSON.parse(body) as { Version?: string };
    if (status !== 200 || version === undefined) return 'silent';
    const make = headers['server']?.includes('Libpod') ? 'Podman' : 'Docker Engine';
    // Debian adds what it has changed in the sources: 20.10.24+dfsg1.
    return { make, version: version.replace(/\+dfsg\d*$/, '') };
  } catch (error) {
    return isAiError(error, 'AI_ENGINE_PERMISSION') ? 'forbidden' : 'silent';
  } finally {
    connection.close();
  }
}

/** The version of the engine that answers at a socket, or undefined. */
export async function versionAt(socket: string): Promise<string | undefined> {
  const answer = await askEngine({ kind: 'unix', path: socket });
  return typeof answer === 'string' ? undefined : answer.version;
}
