// Where the user's own ssh agent listens.

import { statSync } from 'node:fs';
import { path } from '../base/path.ts';

/** Sockets that virtual machines have of the agent of the machine around them: Docker Desktop and Colima, OrbStack. */
const forwarded = [
  '/run/host-services/ssh-auth.sock',
  '/opt/orbstack-guest/run/host-ssh-agent.sock',
];

/**
 * As ssh finds it: `IdentityAgent` of its configuration (ssh_config(5)), else SSH_AUTH_SOCK, else one that was forwarded here.
 * @param configured what `ssh -G` says for the hosts in question; the first that says something counts for all of them
 * @returns undefined where there is none
 */
export function findAgent(
  environment: Readonly<Partial<Record<string, string>>>,
  home: string,
  configured: readonly (string | undefined)[],
  exists: (file: string) => boolean = isSocket,
): string | undefined {
  const chosen = configured.find((value) => value !== undefined) ?? 'SSH_AUTH_SOCK';
  if (chosen === 'none') return undefined;
  if (chosen === 'SSH_AUTH_SOCK') return environment[chosen] || forwarded.find(exists);
  const name = /^\$\{?(\w+)\}?$/.exec(chosen)?.[1];
  return name === undefined ? inHome(chosen, home) : environment[name] || undefined;
}

const inHome = (file: string, home: string): string =>
  path.resolve(file.replace(/^~(?=\/|$)/, home).replace(/^%d(?=\/)/, home));

function isSocket(file: string): boolean {
  try {
    return statSync(file).isSocket();
  } catch {
    return false;
  }
}
