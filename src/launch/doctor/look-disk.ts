// How much room there is where `ai` and its engine write, and how much of it is ours to give back.

import { statfsSync } from 'node:fs';
import { assistantsOf } from '../../assistants/registry.ts';
import { path } from '../../base/path.ts';
import { usedImages } from '../../state/used-images.ts';
import { lookAtImage } from '../look.ts';
import type { Examination } from './examination.ts';
import type { OwnImage } from './look-engine.ts';

export interface DiskFacts {
  /** Where the state is, or will be. */
  home: Room | undefined;
  /** Where the engine keeps its data; undefined where that cannot be seen from here. */
  engine: Room | undefined;
  /** Images of ours that no run takes any more; undefined without an engine. */
  unused: readonly OwnImage[] | undefined;
}

/** `free` is what this user may have. Without inodes where the file system makes them as it needs them. */
export interface Room {
  path: string;
  bytes: { free: number; total: number };
  inodes?: { free: number; total: number };
}

export async function lookAtDisk({ world, settings, engine }: Examination): Promise<DiskFacts> {
  const home = roomAt(world.stateDirectory);
  const found = await engine();
  if (found.kind !== 'reached') return { home, engine: undefined, unused: undefined };
  const { named, info, ours } = found;
  const isHere = named.kind === 'unix' && process.platform === 'linux' && isOnLinux(info);
  const root = isHere ? info.DockerRootDir : undefined;
  const wanted = new Set([
    ...[...assistantsOf(settings.assistants).values()].map(
      (assistant) => lookAtImage(world, assistant, settings).tag,
    ),
    // The last one that each was run in.
    ...usedImages(world.stateDirectory),
  ]);
  const isWanted = (tag: string): boolean =>
    wanted.has(tag) || wanted.has(tag.replace(/^[^/]+\//, ''));
  return {
    home,
    engine: root === undefined ? undefined : roomAt(root),
    unused: ours.filter(({ tags }) => !tags.some(isWanted)),
  };
}

/** Virtual machines have disks of their own. */
const isOnLinux = ({ OperatingSystem: system = '' }: { OperatingSystem?: string }): boolean =>
  !/Docker Desktop|OrbStack|Rancher Desktop/.test(system);

/** Of a directory that is not there yet, or not for us to see, the nearest one above. */
function roomAt(place: string): Room | undefined {
  try {
    const { bsize, bavail, blocks, ffree, files } = statfsSync(place);
    return {
      path: place,
      bytes: { free: bavail * bsize, total: blocks * bsize },
      ...(files > 0 && { inodes: { free: ffree, total: files } }),
    };
  } catch {
    const parent = path.dirname(place);
    return parent === place ? undefined : roomAt(parent);
  }
}
