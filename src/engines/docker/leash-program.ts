// What the leash runs once the launcher is gone: removes the container. Tries for a while, the engine may be restarting.

import { DockerEngine } from './docker-engine.ts';
import type { Endpoint } from './endpoint.ts';

const tries = 120;
const pause = 500;

async function removeContainer(endpoint: Endpoint, container: string): Promise<void> {
  const engine = new DockerEngine(endpoint);
  for (let left = tries; left > 0; left--)
    try {
      await engine.remove(container);
      break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  engine.close();
}

const [endpoint = '', container = ''] = process.argv.slice(2);
void removeContainer(JSON.parse(endpoint) as Endpoint, container);
