// A run apart from the project: a question that brings all that it needs, to an assistant that sees and keeps nothing else. Pure.

import { noPackages } from '../base/packages.ts';
import type { Settings } from '../settings/schema.ts';
import type { Facts, Request } from './facts.ts';
import type { Mount } from './run-plan.ts';

export const isApart = (request: Request): boolean =>
  request.kind === 'assistant' && request.apart === true;

/** Seconds for one turn, where the user has not said. */
const patience = 300;

/** The settings without what reaches into the container from outside, or lets the assistant do more than answer. */
export const settingsApart = (settings: Settings): Settings => ({
  ...settings,
  ...{ mounts: [], publish: [], mask: [], yolo: false, root: false, workspace: 'adaptive' },
  'ssh.mode': ['none'],
  'ssh.ghToken': false,
  // The assistant's own image answers as well.
  ...{ 'image.packages': noPackages, 'image.dockerfile': undefined, devcontainer: false },
  timeout: settings.timeout ?? patience,
});

/** The project stays whose it is, for its secrets and its record, but nothing of it gets in; what is said is read by us. */
export function factsApart(given: Facts): Facts {
  const project = { ...given.project, directory: given.project.root, warnings: [] };
  delete project.git;
  delete project.package;
  const facts = { ...given, project };
  delete facts.mask;
  delete facts.overlay;
  delete facts.protect;
  delete facts.nested;
  delete facts.conversations;
  delete facts.gitHub;
  return {
    ...facts,
    mounts: [],
    endpoints: [],
    gitSettings: { settings: [], files: {} },
    ssh: { remotes: [], fresh: [] },
    ...(facts.network && { network: { ...facts.network, gitHosts: [], freshGitHosts: [] } }),
    terminal: { stdin: false, stdout: false, rows: 0, columns: 0 },
  };
}

/** An empty directory of the run in the place of the project. */
export const emptyInstead = (mount: Mount, source: string): Mount => ({
  ...mount,
  role: 'run',
  source,
  reason: 'an empty directory: nothing of the project is in this run',
});
