// The user's ssh agent, and whether it has what the settings and the project want of it. No key of it is used.

import { fingerprintOf } from '../../base/ssh-keys.ts';
import type { SshRemote } from '../../plan/ssh-facts.ts';
import { findAgent } from '../../read/agent-source.ts';
import { nameInKnownHosts } from '../../read/known-hosts.ts';
import { readSshRemotes } from '../../read/ssh-remotes.ts';
import { readSsh } from '../../read/ssh.ts';
import { isKey } from '../../settings/ssh-access.ts';
import { listKeys } from '../../tunnel/count-keys.ts';
import type { AgentState } from '../agent-words.ts';
import type { Examination } from './examination.ts';

export interface SshFacts {
  /** `ssh: none`: no run gets an agent. */
  isOff: boolean;
  agent: AgentState;
  /** Whoever sets it stands in SSH_AUTH_SOCK, and not in ssh's configuration. */
  isByVariable: boolean;
  /** Of the project, where keys are to log in. */
  remotes: readonly SshRemote[];
  /** Machines among them that known_hosts does not have. */
  unknown: readonly { name: string; command: string }[];
  /** Keys of the setting `ssh` that the agent does not have. */
  missing: readonly string[];
}

export async function lookAtSsh({ world, settings, project }: Examination): Promise<SshFacts> {
  const { home, environment } = world;
  const access = settings['ssh.mode'];
  const isOff = access[0] === 'none';
  const remotes = project?.git && !isOff ? readSshRemotes(project.git) : [];
  const inside = { directory: '/', knownHosts: [] };
  const ssh =
    remotes.length > 0
      ? await readSsh(remotes, { home, environment, userName: '', inside })
      : undefined;
  const socket = findAgent(environment, home, ssh?.identityAgents ?? []);
  const keys = socket === undefined ? undefined : await listKeys(socket);
  const wanted = access.filter(isKey);
  const had = new Set(keys?.map(fingerprintOf));
  return {
    isOff,
    agent: stateOf(socket, keys?.length),
    isByVariable: socket !== undefined && socket === environment['SSH_AUTH_SOCK'],
    remotes,
    unknown: (ssh?.unknown ?? []).map((host) => ({
      name: nameInKnownHosts(host),
      command: `ssh -T ${host.port === 22 ? '' : `-p ${host.port} `}${host.user}@${host.alias}`,
    })),
    missing: keys === undefined ? [] : wanted.filter((fingerprint) => !had.has(fingerprint)),
  };
}

function stateOf(socket: string | undefined, count: number | undefined): AgentState {
  if (socket === undefined) return { kind: 'absent' };
  return count === undefined ? { kind: 'silent', socket } : { kind: 'keys', count };
}
