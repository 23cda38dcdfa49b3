// Home and state of a run: a home made for it, the assistant's logins, and the conversations of this project only. Pure.

import path from 'node:path';
import type { Assistant } from '../assistants/assistant.ts';
import type { Facts } from './facts.ts';
import { home, systemCaFile } from './inside.ts';
import type { Mount } from './run-plan.ts';

/** Where a run keeps its own files on the host. */
export const runPaths = (state: Pick<Facts['state'], 'directory' | 'runId'>) => {
  const directory = path.join(state.directory, 'runs', state.runId);
  return {
    directory,
    home: path.join(directory, 'home'),
    inside: path.join(directory, 'inside'),
    passwd: path.join(directory, 'passwd'),
    group: path.join(directory, 'group'),
    certificates: path.join(directory, 'ca-certificates.crt'),
  };
};

export function planStateMounts(
  { state, project, host }: Pick<Facts, 'state' | 'project' | 'host'>,
  assistant: Assistant,
): readonly Mount[] {
  const run = runPaths(state);
  const inside = `${home}/${assistant.state.directory}`;
  const logins = path.join(state.directory, 'global_state', assistant.name);
  const conversations = path.join(state.directory, 'projects', project.id, assistant.name);
  return [
    directory('run', run.home, home, 'a home made for this run'),
    directory('state', logins, inside, `logins and settings of ${assistant.title}`),
    directory(
      'state',
      conversations,
      `${inside}/${assistant.state.conversations}`,
      'conversations of this project only',
    ),
    file(run.passwd, '/etc/passwd', 'so that you have a name inside'),
    file(run.group, '/etc/group', 'so that your groups have names inside'),
    ...(host.caFiles.length > 0
      ? [file(run.certificates, systemCaFile, 'certificates that the host trusts')]
      : []),
  ];
}

const directory = (role: Mount['role'], source: string, target: string, reason: string): Mount => ({
  role,
  source,
  target,
  kind: 'directory',
  readOnly: false,
  reason,
});

const file = (source: string, target: string, reason: string): Mount => ({
  role: 'run',
  source,
  target,
  kind: 'file',
  readOnly: true,
  reason,
});
