// Whether the container's own files can be written, what is there to be written where they cannot, and its health. Pure.

import { AiError } from '../base/errors.ts';
import { isInside } from '../base/paths.ts';
import { schema, type Settings } from '../settings/schema.ts';
import { whereSet } from '../settings/where-set.ts';
import type { Facts } from './facts.ts';
import type { Mount, RunPlan, Scratch } from './run-plan.ts';

/** What programs write to wherever they run; the home and the project are mounts anyway. Programs may run there: builds do. */
const secureScratch: readonly Scratch[] = [
  { directory: '/tmp', size: '25%' },
  { directory: '/var/tmp', size: '10%' },
  { directory: '/run', size: '64m' },
];

/** All that an ordinary user may write to in our images. What is big is not to eat memory. */
const usualScratch: readonly Scratch[] = [
  { directory: '/tmp' },
  { directory: '/var/tmp' },
  // As Debian has it.
  { directory: '/run/lock', size: '5m' },
];

/** Of a scratch directory in memory, as mount(8) has them. Nobody owns what all may use. */
export const scratchOptions = (size: string): string => `exec,nosuid,nodev,mode=1777,size=${size}`;

/**
 * Whether a process can still be started: not where the limits of processes or of memory are used up. Podman makes a timer of
 * systemd for it, and somebody else's image may have no `true`: there only who asks for it gets one.
 */
export function planHealth({
  settings: { secure },
  engine,
  image,
}: Pick<Facts, 'settings' | 'engine' | 'image'>): Pick<RunPlan, 'health'> {
  const argv = ['true'];
  if (secure) return { health: { argv, seconds: 60, reason: 'setting secure: `docker ps` tells' } };
  return engine.make === 'podman' || image.foreign
    ? {}
    : { health: { argv, seconds: 300, reason: '`docker ps` tells whether programs still start' } };
}

/** @throws AiError AI_USAGE where root is to install packages into what cannot be written */
export function planFileSystem(
  { settings, image }: Pick<Facts, 'settings' | 'image'>,
  user: RunPlan['user'],
  mounts: readonly Mount[],
): RunPlan['fileSystem'] {
  if (settings.secure && settings.root) {
    const { root, secure } = settings.places ?? {};
    const [first, second] = [whereSet('root', root), whereSet('secure', secure)];
    throw new AiError('AI_USAGE', {
      problem: `${first} is there to install packages, and with ${second} nothing can be installed`,
      next: 'leave out one of them; --no-secure does so for one run',
    });
  }
  // What the user mounts there, or above it, is what the user wants there.
  const free = ({ directory }: Scratch): boolean =>
    !mounts.some(({ target }) => isInside(directory, target));
  if (settings.secure)
    return {
      readOnly: true,
      scratch: secureScratch.filter(free),
      reason: 'setting secure: only the project, the home and scratch directories in memory',
    };
  const isOurs = image.foreign === undefined && isUsualBase(settings) && isOfPackages(image);
  if (isOurs && user.uid !== 0)
    return {
      readOnly: true,
      scratch: usualScratch.filter(free),
      reason: 'you can write nowhere else in it anyway',
    };
  return { readOnly: false, scratch: [], reason: 'the image’s own, gone with the run' };
}

/** What a project builds by itself may have others. */
const isOfPackages = ({ project }: Facts['image']): boolean =>
  project === undefined ||
  (project.stale !== true && project.steps.every(({ kind }) => kind === 'packages'));

/** Others may have directories for everybody, as those of Go and Rust have. */
const isUsualBase = (settings: Settings): boolean =>
  settings['image.base'] === schema['image.base'].default;
