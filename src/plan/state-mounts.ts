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
  return [
    mount('run', run.home, home, 'directory', 'a home made for this run'),
    {
      ...mount(
        'state',
        path.join(state.directory, 'global_state', assistant.name),
        inside,
        'directory',
        '',
      ),
      reason: `logins and settings of ${assistant.title}`,
    },
    {
      ...mount(
        'state',
        path.join(state.directory, 'projects', project.id, assistant.name),
        '',
        'directory',
        '',
      ),
      target: `${inside}/${assistant.state.conversations}`,
      reason: 'conversations of this project only',
    },
    {
      ...mount('run', run.passwd, '/etc/passwd', 'file', 'so that you have a name inside'),
      readOnly: true,
    },
    {
      ...mount('run', run.group, '/etc/group', 'file', 'so that your groups have names inside'),
      readOnly: true,
    },
    ...(host.caFiles.length > 0
      ? [
          {
            ...mount(
              'run',
              run.certificates,
              systemCaFile,
              'file',
              'certificates that the host trusts',
            ),
            readOnly: true,
          },
        ]
      : []),
  ];
}

const mount = (
  role: Mount['role'],
  source: string,
  target: string,
  kind: Mount['kind'],
  reason: string,
): Mount => ({
  role,
  source,
  target,
  kind,
  readOnly: false,
  reason,
});
