// What the user is told after a session of the hosts that it could not reach.

import { allowCommand } from '../base/allow-command.ts';
import type { Denial, EgressUse } from '../tunnel/egress-policy.ts';

/** Then there is more in the log. */
const mostHosts = 5;

/**
 * A line for each host, once.
 * @param untold how often it asked for others, which nothing tells
 */
export function wordsOfDenials(uses: readonly EgressUse[], untold = 0): readonly string[] {
  const lines = new Map<string, string>();
  for (const use of uses) {
    const text = wordsOf(use);
    if (text !== undefined && !lines.has(use.host)) lines.set(use.host, text);
  }
  const all = [...lines.values()];
  const more = all.length - mostHosts;
  return [
    ...all.slice(0, mostHosts),
    ...(more > 0 ? [`and ${more} more hosts: ai net log`] : []),
    ...(untold > 0
      ? [`network: the session asked ${untold} times for more than ai net log tells`]
      : []),
  ];
}

/** Before the session. @param name of a variable of this machine */
export const unusableProxy = (name: string): string =>
  `${name} is not an HTTP proxy (http://HOST:PORT): what would go through it is not reached (network: allowlist)`;

function wordsOf({ host, port, denied, failed }: EgressUse): string | undefined {
  const notReached = `${host} was not reached (network: allowlist)`;
  if (denied === undefined)
    return failed && `${host} is allowed (network: allowlist), but did not answer: ${failed}`;
  const command = allowCommand({ host, ...(port !== undefined && { port }) }, denied);
  if (command !== undefined) return `${notReached}: ${command}  lets the next run`;
  return `${notReached}: ${whys[denied]}`;
}

/** Where no command helps. */
const whys: Readonly<Partial<Record<Denial, string>>> = {
  private: 'it is at a private address; --network open or name:NETWORK gets there',
  name: 'the connection named another host, or none',
  malformed: 'only host names are reached',
};
