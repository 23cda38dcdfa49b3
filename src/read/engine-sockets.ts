// Sockets of engines in what is to be mounted: whoever reaches one can have any file of this machine.

import { lstatSync, statSync } from 'node:fs';
import { path } from '../base/path.ts';
import { isInside } from '../base/paths.ts';
import { LookBounds } from './look-bounds.ts';
import { realPathOf } from './project-file.ts';

/** Where engines listen beside the places that `ai` itself looks for one. */
const morePlaces = [
  '/run/docker.sock',
  '/run/containerd/containerd.sock',
  '/run/crio/crio.sock',
  '/run/buildkit/buildkitd.sock',
];

const engineNames = new Set(
  'docker.sock podman.sock containerd.sock crio.sock buildkitd.sock docker.raw.sock'.split(' '),
);

/** Entries that are looked at, two levels deep, and milliseconds. */
const most = { entries: 5000, time: 10_000 };

/**
 * The socket of an engine in a directory: one of the known places, whatever its name there, or one that is called like an engine's.
 * @param known where engines are known to listen
 * @param search also for other names of these sockets (hard links, mounts), at the top of the directory
 */
export function engineSocketIn(
  directory: string,
  known: readonly string[],
  search: boolean,
): string | undefined {
  const sockets = [...known, ...morePlaces].flatMap((file) => {
    const found = identityOf(file);
    return found === undefined ? [] : [{ file, ...found }];
  });
  const inside = sockets.find(({ places }) => places.some((one) => isInside(one, directory)));
  if (inside !== undefined || !search) return inside?.file;
  const identities = new Set(sockets.map(({ identity }) => identity));
  const queue = [directory];
  const bounds = new LookBounds(most.entries, most.time);
  for (const [index, place] of queue.entries())
    for (const entry of bounds.entries(place)) {
      const file = path.join(place, entry.name);
      if (entry.isDirectory && index === 0) queue.push(file);
      else if (!entry.isSocket) continue;
      else if (engineNames.has(entry.name) || identities.has(identityOf(file)?.identity ?? ''))
        return file;
    }
  return undefined;
}

interface FoundSocket {
  /** Where it lies, and where a link to it does: `/var/run/docker.sock` is in /run, not in /var. */
  places: readonly string[];
  identity: string;
}

function identityOf(file: string): FoundSocket | undefined {
  try {
    const { dev, ino } = statSync(file, { bigint: true });
    const real = realPathOf(file);
    if (real === undefined || !lstatSync(real).isSocket()) return undefined;
    const link = path.join(realPathOf(path.dirname(file)) ?? '', path.basename(file));
    return { places: [real, link], identity: `${dev}:${ino}` };
  } catch {
    return undefined;
  }
}
