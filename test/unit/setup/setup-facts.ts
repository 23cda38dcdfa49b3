// A bare Debian machine, seen by root, as facts; tests say what is different on theirs.

import type { SetupFacts } from '../../../src/setup/facts.ts';

export const bareDebian: SetupFacts = {
  platform: 'linux',
  system: { ids: ['debian'], name: 'Debian GNU/Linux 12' },
  init: 'none',
  wsl: false,
  ostree: false,
  container: false,
  mayMount: true,
  appArmor: false,
  programs: ['apt-get'],
  dockerd: 'missing',
  dockerdElsewhere: false,
  forbidden: undefined,
  root: 'self',
  user: undefined,
  home: '/root',
  macApps: [],
  context: undefined,
};

/** The same for a user who has sudo. */
export const annas = {
  root: 'sudo',
  user: { name: 'anna', groups: ['anna'] },
  home: '/home/anna',
} as const satisfies Partial<SetupFacts>;

export const mac = {
  platform: 'darwin',
  system: { ids: [], name: 'darwin' },
  programs: [],
  root: 'sudo',
  home: '/Users/anna',
} as const satisfies Partial<SetupFacts>;
