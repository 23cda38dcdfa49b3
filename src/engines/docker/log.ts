// Where an engine says what went wrong in it: the command that shows that, as far as this machine tells.

import { existsSync } from 'node:fs';
import type { EngineResponse } from './connection.ts';
import type { Endpoint } from './endpoint.ts';

/** What is looked up of the machine; tests say it otherwise. */
export interface LogPlaces {
  exists: (path: string) => boolean;
  platform: NodeJS.Platform;
}

const thisMachine: LogPlaces = { exists: existsSync, platform: process.platform };

/** Undefined where nobody keeps one that a user could read here. */
export function logOf(
  endpoint: Endpoint,
  { headers }: Pick<EngineResponse, 'headers'>,
  { exists, platform }: LogPlaces = thisMachine,
): string | undefined {
  if (endpoint.kind === 'tcp' || platform !== 'linux') return undefined;
  const { path } = endpoint;
  const service = headers['server']?.includes('Libpod') ? 'podman' : 'docker';
  const isOfUser = /^\/run\/user\/|\/\.docker\/run\//.test(path);
  if (exists('/run/systemd/system'))
    return `journalctl ${isOfUser ? '--user ' : ''}-u ${service} -n 50`;
  // Where `ai setup` and the scripts of Debian let it write.
  const logs = ['/var/log/dockerd.log', '/var/log/docker.log'];
  const isUsual = path === '/var/run/docker.sock' || path === '/run/docker.sock';
  const log = isUsual && service === 'docker' ? logs.find(exists) : undefined;
  return log === undefined ? undefined : `tail -n 50 ${log}`;
}
