// What the user is told after a session of the hosts that it could not reach.

import type { EgressUse } from '../tunnel/egress-policy.ts';

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

function wordsOf({ host, port, denied, failed }: EgressUse): string | undefined {
  const notReached = `${host} was not reached (network: allowlist)`;
  const allow = (what: string): string => `${notReached}: ai net allow ${what}  lets the next run`;
  switch (denied) {
    case undefined:
      return failed ? `${host} is allowed (network: allowlist), and did not answer` : undefined;
    case 'host':
      // The port that was asked for is part of what has to be allowed, where it is not a usual one.
      return allow(port === undefined || [80, 443, 22].includes(port) ? host : `${host}:${port}`);
    case 'port':
    case 'protocol':
      return allow(`${host}:${port ?? ''}`);
    case 'private':
      return `${notReached}: it is at a private address; --network open or name:NETWORK gets there`;
    case 'name':
      return `${notReached}: the connection asked it for another host`;
    case 'malformed':
      return `${notReached}: only names of hosts are`;
  }
}
