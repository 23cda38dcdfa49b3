// The setting `protect`: what becomes of the files in a project that this machine runs later.

import { setting } from './setting.ts';
import { choice } from './types.ts';

export type Protect = 'report' | 'readonly' | 'off';

export const protect = {
  protect: setting<Protect | undefined>({
    type: choice('report', 'readonly', 'off'),
    default: undefined,
    flag: '--protect <what>',
    help: 'files that this machine runs later: report changes to them, make git’s own readonly (with --yolo), or off',
    trust: 'harmless',
    // A project may ask for more protection than the user does, not for less.
    reachesHost: (data) => data !== 'readonly',
  }),
};

/** What holds where nothing is set: nobody looks at what an assistant does that asks for nothing. */
export const protectOf = ({
  protect: set,
  yolo,
}: {
  protect: Protect | undefined;
  yolo: boolean;
}): Protect => set ?? (yolo ? 'readonly' : 'report');
