// What the user's own ssh knows, as far as a run needs it: its configuration, the keys of hosts, the agent that it names.

import { path } from '../base/path.ts';
import type { AllowedHost } from '../plan/agent-policy.ts';
import type { ResolvedHost, SshRemote } from '../plan/ssh-facts.ts';
import { readTextIfThere } from '../host/files.ts';
import { allowedHosts } from './known-hosts.ts';
import { sanitiseSshConfig, type SanitisedSshConfig } from './ssh-config.ts';
import { resolveSshHosts } from './ssh-hosts.ts';

export interface SshOfUser {
  config: string;
  publicKeys: SanitisedSshConfig['publicKeys'];
  /** Every file of host keys that ssh would look into, one after the other. */
  knownHosts: string;
  hosts: readonly AllowedHost[];
  /** All machines that the remotes lead to, those on the way included. */
  resolved: readonly ResolvedHost[];
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
  /** How ssh gets out, where nothing else is said of a host. */
  proxyCommand?: string | undefined;
}

export async function readSsh(
  remotes: readonly SshRemote[],
  { home, environment, userName, inside, proxyCommand }: SshOptions,
): Promise<SshOfUser> {
  const resolved = await resolveSshHosts(remotes, { home, environment });
  const texts = new Map<string, string>();
  const files = resolved.flatMap((one) => [
    ...one.userKnownHostsFiles,
    ...one.globalKnownHostsFiles,
  ]);
  for (const file of [path.join(home, '.ssh/known_hosts'), ...files])
    texts.set(file, readIfPossible(file));
  const { hosts, unknown } = allowedHosts(resolved, (file) => texts.get(file));
  const { text, publicKeys, warnings } = sanitiseSshConfig(home, {
    inside: inside.directory,
    knownHosts: inside.knownHosts,
    user: userName,
    environment,
    ...(proxyCommand !== undefined && { proxyCommand }),
  });
  return {
    config: text,
    publicKeys,
    knownHosts: joined(texts.values()),
    hosts,
    resolved,
    unknown,
    identityAgents: resolved.map(({ identityAgent }) => identityAgent),
    warnings,
  };
}

const joined = (texts: Iterable<string>): string =>
  [...texts].map((text) => (text === '' || text.endsWith('\n') ? text : `${text}\n`)).join('');

/** Of the user's own: it may well be a link to where such files are kept. */
function readIfPossible(file: string): string {
  try {
    return readTextIfThere(file) ?? '';
  } catch {
    return '';
  }
}
