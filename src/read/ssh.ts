// What the user's own ssh knows, as far as a run needs it: its configuration, the keys of hosts, the agent that it names.

import type { AllowedHost } from '../plan/agent-policy.ts';
import type { ResolvedHost, SshRemote } from '../plan/ssh-facts.ts';
import { allowedHosts, readKnownHosts } from './known-hosts.ts';
import { sanitiseSshConfig, type SanitisedSshConfig } from './ssh-config.ts';
import { resolveSshHosts } from './ssh-hosts.ts';

export interface SshOfUser {
  config: string;
  publicKeys: SanitisedSshConfig['publicKeys'];
  /** Every file of host keys that ssh would look into, one after the other. */
  knownHosts: string;
  hosts: readonly AllowedHost[];
  /** Those whose keys no file has. */
  unknown: readonly ResolvedHost[];
  /** What the configuration says of the agent, for each host. */
  identityAgents: readonly (string | undefined)[];
  warnings: readonly string[];
}

export interface SshOptions {
  home: string;
  environment: Readonly<Partial<Record<string, string>>>;
  /** The user's name on this machine. */
  userName: string;
  /** The directory of ssh's files inside, and where host keys are: ssh adds to the first. */
  inside: { directory: string; knownHosts: readonly string[] };
}

export async function readSsh(
  remotes: readonly SshRemote[],
  { home, environment, userName, inside }: SshOptions,
): Promise<SshOfUser> {
  const resolved = await resolveSshHosts(remotes, { home, environment });
  const { text, publicKeys, warnings } = sanitiseSshConfig(home, {
    inside: inside.directory,
    knownHosts: inside.knownHosts,
    user: userName,
    environment,
  });
  return {
    config: text,
    publicKeys,
    knownHosts: readKnownHosts(resolved, home),
    ...allowedHosts(resolved, home),
    identityAgents: resolved.map(({ identityAgent }) => identityAgent),
    warnings,
  };
}
