// What the user is told of an ssh agent that will be of no help: one line, with the command that helps.

import type { ResolvedHost, SshRemote } from '../plan/ssh-facts.ts';
import { showRemote } from '../plan/ssh.ts';
import { nameInKnownHosts } from '../read/known-hosts.ts';
import { quoteForShell } from '../base/quote.ts';

/** How many keys the agent has; `silent` where nothing answers. */
export type AgentState =
  { kind: 'absent' } | { kind: 'silent'; socket: string } | { kind: 'keys'; count: number };

/** @returns undefined where there is nothing to say */
export function wordsOfAgent(
  state: AgentState,
  hosts: readonly SshRemote[],
  platform: NodeJS.Platform,
): string | undefined {
  const names = [...new Set(hosts.map(showRemote))];
  const [first] = names;
  if (first === undefined) return undefined;
  const more = names.length > 1 ? ' …' : '';
  const trouble = troubleOfAgent(state, platform);
  if (trouble === undefined) return undefined;
  return `ssh: ${trouble.what}, so nothing logs in at ${first}${more}: ${trouble.fix}`;
}

/** What keeps an agent from being of help, and the command that helps. */
export function troubleOfAgent(
  state: AgentState,
  platform: NodeJS.Platform,
): { what: string; fix: string } | undefined {
  const start = 'eval "$(ssh-agent)" && ssh-add';
  if (state.kind === 'absent') return { what: 'no ssh agent runs', fix: start };
  if (state.kind === 'silent')
    return {
      what: `your ssh agent does not answer at ${quoteForShell(state.socket)}`,
      fix: start,
    };
  if (state.count > 0) return undefined;
  const load = platform === 'darwin' ? 'ssh-add --apple-load-keychain' : 'ssh-add';
  return { what: 'your ssh agent has no keys', fix: load };
}

/** A session asked for more than anybody would read. */
export const wordsOfUntold = (count: number): string =>
  `ssh: the session asked your agent ${count} times more than audit.jsonl tells: ai audit`;

/** Of machines whose keys the user's known_hosts does not have: nothing can tell them from others. */
export function wordsOfUnknown(unknown: readonly ResolvedHost[]): string | undefined {
  const [first] = unknown;
  if (first === undefined) return undefined;
  const names = [...new Set(unknown.map(nameInKnownHosts))];
  const are = names.length === 1 ? 'is' : 'are';
  const { alias, port, user } = first;
  const connect = `ssh -T ${port === 22 ? '' : `-p ${port} `}${user}@${alias}`;
  return `ssh: ${names.join(', ')} ${are} not in your known_hosts, so no key logs in there: ${connect}`;
}
