// What the leash runs once the launcher is gone: ends the container and removes it. Tries for a while, the engine may be
// restarting.

import { DockerEngine } from './docker-engine.ts';
import type { Endpoint } from './endpoint.ts';

const tries = 120;
const pause = 500;
/** Seconds. A login that is being renewed at this moment gets saved: nobody could use the old one again. */
const grace = 1;

async function removeContainer(endpoint: Endpoint, container: string): Promise<void> {
  const engine = new DockerEngine(endpoint);
  for (let left = tries; left > 0; left--)
    try {
      await engine.stop(container, grace);
      await engine.remove(container);
      break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  engine.close();
}

const [endpoint = '', container = ''] = process.argv.slice(2);
void removeContainer(JSON.parse(endpoint) as Endpoint, container);
