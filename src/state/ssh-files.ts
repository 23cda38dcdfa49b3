// What ssh finds in a run: the user's configuration made fit for it, public keys, and the host keys that the user knows.

import { path } from '../base/path.ts';
import { createMissing } from './create.ts';
import { writeRunFile } from './run-file.ts';
import { home, runDirectory } from '../plan/inside.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { runPaths } from '../plan/state-mounts.ts';

/** Places inside. `met` is what ssh adds host keys to, and gone with the run; `known` is read-only. */
export const sshInside = {
  directory: `${home}/.ssh`,
  met: `${home}/.ssh/known_hosts`,
  known: `${runDirectory}/known_hosts`,
};

export interface SshFiles {
  config: string;
  publicKeys: readonly { name: string; text: string }[];
  knownHosts: string;
}

/** @throws AiError AI_STATE_UNWRITABLE */
export function writeSshFiles(plan: RunPlan, writable: string, files: SshFiles): void {
  const { user: owner } = plan;
  const paths = runPaths({ directory: writable, runId: plan.run.id });
  const directory = path.join(paths.home, '.ssh');
  createMissing([
    { path: directory, kind: 'directory', mode: 0o700, owner, below: paths.home, reason: '' },
  ]);
  writeRunFile(path.join(directory, 'config'), files.config, 0o600, owner);
  for (const { name, text } of files.publicKeys)
    writeRunFile(path.join(directory, name), text, 0o644, owner);
  writeRunFile(path.join(paths.inside, 'known_hosts'), files.knownHosts, 0o644);
}
