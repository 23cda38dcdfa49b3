// Whether the container's own files can be written, what is there to be written where they cannot, and its health. Pure.

import { AiError } from '../base/errors.ts';
import type { Settings } from '../settings/schema.ts';
import type { Mount, RunPlan } from './run-plan.ts';

/** What programs write to wherever they run; the home and the project are mounts anyway. Programs may run from there: builds do. */
export const scratchDirectories = ['/tmp', '/var/tmp', '/run'] as const;

/** Of a scratch directory, as mount(8) has them. Nobody owns what all may use. */
export const scratchOptions = 'exec,nosuid,nodev,mode=1777';

/** Whether a process can still be started: not where the limits of processes or of memory are used up. */
export const planHealth = ({ secure }: Settings): Pick<RunPlan, 'health'> =>
  secure
    ? { health: { argv: ['true'], seconds: 60, reason: 'setting secure: `docker ps` tells' } }
    : {};

/** @throws AiError AI_USAGE where root is to install packages into what cannot be written */
export function planFileSystem(
  settings: Settings,
  mounts: readonly Mount[],
): RunPlan['fileSystem'] {
  if (!settings.secure)
    return { readOnly: false, scratch: [], reason: 'the image’s own, gone with the run' };
  if (settings.root)
    throw new AiError('AI_USAGE', {
      problem: '--root is there to install packages, and with --secure nothing can be installed',
      next: 'leave out one of them',
    });
  const isMounted = (directory: string): boolean =>
    mounts.some(({ target }) => target === directory);
  return {
    readOnly: true,
    scratch: scratchDirectories.filter((directory) => !isMounted(directory)),
    reason: 'setting secure: only the project, the home and scratch directories in memory',
  };
}
