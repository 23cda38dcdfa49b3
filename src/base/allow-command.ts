// The command that lets the next run reach what this one was not let to.

import { isOneWord, showHostEntry, usualPorts, type HostEntry } from './host-name.ts';

/**
 * Undefined where none would help: `ai net allow` takes no single word. A host that is on no list is allowed as a whole, with its port where that is none of the usual; what
 * is allowed, but not there or not with that protocol, needs its port named.
 * @param reason why it was not: a word of src/tunnel/egress-policy.ts
 */
export function allowCommand({ host, port }: HostEntry, reason: string): string | undefined {
  if (!['host', 'port', 'protocol'].includes(reason) || isOneWord(host)) return undefined;
  const isNamed = port !== undefined && (reason !== 'host' || !usualPorts.includes(port));
  return `ai net allow ${showHostEntry({ host, ...(isNamed && { port }) })}`;
}
