// What the leash runs once the launcher is gone: ends the container and removes it. Tries for a while, the engine may be
// restarting.

import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { DockerEngine } from './docker-engine.ts';
import type { Endpoint } from './endpoint.ts';

const tries = 120;
const pause = 500;
/** Seconds that a container gets for its end. */
const grace = 1;
/** Milliseconds that a login which is being renewed gets: nobody could use the old one again. */
const renewal = 2000;

/** @param locks files that are there while a login is renewed; where there are any, they say when it is time to end */
async function endContainer(
  endpoint: Endpoint,
  container: string,
  locks: readonly string[],
): Promise<void> {
  for (const end = Date.now() + renewal; locks.some((file) => existsSync(file));)
    if (Date.now() > end) break;
    else await wait(10);
  const engine = new DockerEngine(endpoint);
  for (let left = tries; left > 0; left--)
    try {
      if (locks.length === 0) await engine.stop(container, grace);
      await engine.remove(container);
      break;
    } catch {
      await wait(pause);
    }
  engine.close();
}

const [endpoint = '', container = '', locks = '[]'] = process.argv.slice(2);
void endContainer(JSON.parse(endpoint) as Endpoint, container, JSON.parse(locks) as string[]);
