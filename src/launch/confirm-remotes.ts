// Whether keys may log in where a project points: at what it pointed to when it was first seen, and at what the user agrees to.
// A session can write into .git/config, and the next run would hand it the user's key for any host that it names there.

import { messageOf } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { ensureDirectory, readTextIfThere, writeFileAtomically } from '../host/files.ts';
import { showHostEntry } from '../base/host-name.ts';
import type { Facts } from '../plan/facts.ts';
import type { NamedHost, NetworkFacts } from '../plan/network-facts.ts';
import type { SshFacts, SshRemote } from '../plan/ssh-facts.ts';
import { showRemote } from '../plan/ssh.ts';
import type { World } from './world.ts';

type Project = Pick<Facts['project'], 'id'>;

const recordOf = (stateDirectory: string, { id }: Project): string =>
  path.join(stateDirectory, 'projects', id, 'ssh-remotes');

/** The same for hosts of remotes over the web, which a run with `network: allowlist` may reach. */
const webRecordOf = (stateDirectory: string, { id }: Project): string =>
  path.join(stateDirectory, 'projects', id, 'git-hosts');

/** The remotes of a project, apart from those that are new since its last run. Of one that was never seen none is new. */
export function sortRemotes(
  stateDirectory: string,
  project: Project,
  remotes: readonly SshRemote[],
): Pick<SshFacts, 'remotes' | 'fresh'> {
  const known = readTextIfThere(recordOf(stateDirectory, project))?.split('\n');
  const isKnown = (remote: SshRemote): boolean => known?.includes(showRemote(remote)) ?? true;
  return {
    remotes: remotes.filter(isKnown),
    fresh: remotes.filter((remote) => !isKnown(remote)),
  };
}

/** Hosts of the web among the remotes, apart from those that are new in the same sense. */
export function sortGitHosts(
  stateDirectory: string,
  project: Project,
  hosts: readonly NamedHost[],
): Pick<NetworkFacts, 'gitHosts' | 'freshGitHosts'> {
  if (hosts.length === 0) return { gitHosts: [], freshGitHosts: [] };
  const known = readTextIfThere(webRecordOf(stateDirectory, project))?.split('\n');
  const isKnown = (host: NamedHost): boolean => known?.includes(showHostEntry(host)) ?? true;
  return {
    gitHosts: hosts.filter(isKnown),
    freshGitHosts: hosts.filter((host) => !isKnown(host)),
  };
}

/** Asks about the new ones. What the user has agreed to is none of them any more. */
export async function confirmRemotes(world: World, facts: Facts): Promise<Facts> {
  const { ssh, settings } = facts;
  const isAsked = settings['ssh.mode'][0] === 'remotes' && ssh.fresh.length > 0;
  if (!isAsked || !(await isAgreed(world, ssh.fresh))) return facts;
  return { ...facts, ssh: { ...ssh, remotes: [...ssh.remotes, ...ssh.fresh], fresh: [] } };
}

/**
 * The remotes that were there when the session began: later ones are new. Whatever `ssh` says this time: a session without keys can
 * write remotes as well. A start that fails leaves nothing behind.
 */
export const rememberRemotes = (world: World, { ssh, network, project, state }: Facts): void => {
  remember(world, recordOf(state.writable, project), ssh.remotes.map(showRemote));
  const hosts = network?.gitHosts.map(showHostEntry) ?? [];
  remember(world, webRecordOf(state.writable, project), hosts);
};

const isAgreed = async (world: World, fresh: readonly SshRemote[]): Promise<boolean> =>
  (await world.consent(
    'Let this project’s sessions log in there with your ssh keys?',
    fresh.map((remote) => `new since the last run: ${showRemote(remote)} (${remote.origin})`),
  )) === true;

/** What it does not know stays: another branch's submodule is not new when it comes back. */
function remember(world: World, file: string, names: readonly string[]): void {
  try {
    const before = readTextIfThere(file);
    const known = before?.split('\n').filter((line) => line !== '') ?? [];
    const all = [...new Set([...known, ...names])];
    // An empty record says that the project was seen, and had none.
    if (before !== undefined && all.length === known.length) return;
    ensureDirectory(path.dirname(file));
    writeFileAtomically(file, all.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  } catch (error) {
    world.emit({ type: 'debug', text: `remotes of the project: ${messageOf(error)}` });
  }
}
