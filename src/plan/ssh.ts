// What of the user's ssh agent a run gets: as little as the project needs. Pure.

import { isKey, parseHost } from '../settings/ssh-access.ts';
import type { Facts } from './facts.ts';
import type { SshPlan, Variable } from './run-plan.ts';
import { agentSocketInside } from './sockets.ts';
import type { SshRemote } from './ssh-facts.ts';

/** @param signs commits or tags are signed by an ssh key, so that an agent is wanted where nobody logs in */
export function planSsh(
  { settings, ssh, request, engine }: Pick<Facts, 'settings' | 'ssh' | 'request' | 'engine'>,
  signs: boolean,
): SshPlan {
  const access = settings['ssh.mode'];
  const way = engine.sharesSockets ? 'socket' : 'relay';
  const [mode] = access;
  const none = (reason: string): SshPlan => ({ agent: 'none', hosts: [], reason });
  if (request.kind === 'login') return none('a log-in needs no ssh');
  if (mode === 'none') return none('ssh: none');
  if (mode === 'all')
    return {
      agent: 'all',
      hosts: ssh.remotes,
      way,
      reason: 'ssh: all, so every key, for every host',
    };
  const hosts: readonly SshRemote[] = access
    .flatMap((word) => parseHost(word) ?? [])
    .map((host) => ({ ...host, origin: 'setting ssh' }));
  const fingerprints = access.filter(isKey);
  const allowed = hosts.length > 0 ? hosts : ssh.remotes;
  if (allowed.length === 0 && !signs) return none('the project has no ssh remotes');
  return {
    agent: 'restricted',
    hosts: allowed,
    ...(fingerprints.length > 0 && { fingerprints }),
    way,
    reason: reasonOf(allowed, hosts.length > 0),
  };
}

const reasonOf = (allowed: readonly SshRemote[], isAsked: boolean): string => {
  const names = [...new Set(allowed.map(showRemote))].join(', ');
  if (names === '') return 'git signs with an ssh key; keys log in nowhere';
  return `keys log in at ${names} only (${isAsked ? 'setting ssh' : 'the project’s remotes'})`;
};

/** What the user has to know of it. */
export function sshNotes({ settings, ssh }: Pick<Facts, 'settings' | 'ssh'>): readonly string[] {
  const fresh = [...new Set(ssh.fresh.map(showRemote))];
  if (settings['ssh.mode'][0] !== 'remotes' || fresh.length === 0) return [];
  return [
    `ssh: keys do not log in at ${fresh.join(', ')}, new in this project since its last run: ai --ssh ${fresh.join(',')}  lets them`,
  ];
}

/** As people write it: `git@github.com`, `[::1]:2222`. */
export const showRemote = ({ user, host, port }: Omit<SshRemote, 'origin'>): string => {
  const name = host.includes(':') || port !== undefined ? `[${host}]` : host;
  return `${user === undefined ? '' : `${user}@`}${name}${port === undefined ? '' : `:${port}`}`;
};

export const planSshVariables = ({ agent, reason }: SshPlan): readonly Variable[] =>
  agent === 'none'
    ? []
    : [{ name: 'SSH_AUTH_SOCK', value: agentSocketInside, secret: false, reason }];
