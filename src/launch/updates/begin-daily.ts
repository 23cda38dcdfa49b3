// Starts the daily look in the background, some time after a session has begun: no start waits for it, and no end.

import { spawn } from 'node:child_process';
import { path } from '../../base/path.ts';
import { ensureDirectory } from '../../host/files.ts';
import { programAt } from '../../host/program-path.ts';
import { isDue, readNewest } from '../../images/newest.ts';
import type { Settings } from '../../settings/schema.ts';
import type { World } from '../world.ts';
import { imagesIn } from './chosen.ts';

/** @param settings `host` and `context` are the run's, wherever they were set */
export function beginDaily(world: World, { host, context }: Settings): void {
  const { environment, dist } = world;
  const images = imagesIn(world);
  if (programAt('npm', environment['PATH']) === undefined) return;
  if (!isDue(readNewest(images), Date.now())) return;
  try {
    ensureDirectory(images);
    const program = path.join(dist, '..', 'bin', 'ai.js');
    const child = spawn(process.execPath, [program, '--quiet', 'update', '--daily'], {
      detached: true,
      stdio: 'ignore',
      // No project's settings count for it.
      cwd: images,
      env: {
        ...environment,
        ...(host !== undefined && { AI_HOST: host }),
        ...(context !== undefined && { AI_CONTEXT: context }),
      },
    });
    child.on('error', () => undefined);
    child.unref();
  } catch {
    // Nothing can be written there, or there are no processes to be had: some other day.
  }
}
