// Home and state of a run: a home made for it, the assistant's logins, and the conversations of this project only. Pure.

import type { Assistant, StatePlace } from '../assistants/assistant.ts';
import { path } from '../base/path.ts';
import { isApart } from './apart.ts';
import type { Facts } from './facts.ts';
import { exchangeInside, home, systemCaFile } from './inside.ts';
import type { Mount } from './run-plan.ts';

/** Where a run keeps its own files on the host; `directory` is where such files go. */
export const runPaths = (state: Pick<Facts['state'], 'directory' | 'runId'>) => {
  const directory = path.join(state.directory, 'runs', state.runId);
  const at = (name: string): string => path.join(directory, name);
  return {
    directory,
    home: at('home'),
    handed: at('handed'),
    manifest: at('handed.json'),
    inside: at('inside'),
    passwd: at('passwd'),
    group: at('group'),
    certificates: at('ca-certificates.crt'),
    defaults: at('defaults'),
    sock: at('sock'),
    executables: at('executables.json'),
    /** There is one once the run's end stands in the audit. */
    ended: at('ended'),
    emptyFile: at('empty-file'),
    emptyDirectory: at('empty-directory'),
    workspace: at('workspace'),
    conversations: at('conversations'),
  };
};

export function planStateMounts(
  { state, project, host, request }: Pick<Facts, 'state' | 'project' | 'host' | 'request'>,
  assistant: Assistant,
  exchange: string | undefined,
): readonly Mount[] {
  const run = runPaths({ directory: state.writable, runId: state.runId });
  const isKept = !isApart(request);
  const ofProject = isKept
    ? path.join(state.writable, 'projects', project.id, assistant.name)
    : run.conversations;
  const role = isKept ? 'state' : 'run';
  const places = (base: string, of: readonly StatePlace[], reason: string): Mount[] =>
    of.map(({ part, inside }) =>
      directory(role, path.join(base, part), `${home}/${inside}`, reason),
    );
  return [
    directory(
      'run',
      run.home,
      home,
      `a home made for this run, with ${assistant.title}’s logins and settings`,
    ),
    ...places(
      ofProject,
      assistant.state.conversations,
      isKept ? 'conversations of this project only' : 'a conversation that is gone with the run',
    ),
    ...(exchange === undefined
      ? []
      : [
          directory(
            'state',
            exchange,
            exchangeInside,
            'the login, which running sessions renew together',
          ),
        ]),
    file(run.passwd, '/etc/passwd', 'so that you have a name inside'),
    file(run.group, '/etc/group', 'so that your groups have names inside'),
    ...(host.caFiles.length > 0
      ? [file(run.certificates, systemCaFile, 'certificates that the host trusts')]
      : []),
  ];
}

/** The assistant's defaults, each a file of the run at the place where it looks for it. */
export function planDefaults(
  { state }: Pick<Facts, 'state'>,
  defaults: Readonly<Record<string, string>>,
): readonly { mount: Mount; text: string }[] {
  return Object.entries(defaults).map(([target, text], index) => ({
    mount: file(
      `${runPaths({ directory: state.writable, runId: state.runId }).defaults}-${index}`,
      target,
      'defaults below your own settings',
    ),
    text,
  }));
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
