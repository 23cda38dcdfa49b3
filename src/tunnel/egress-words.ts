// What the egress proxy tells the program that it turns away, and through it whoever reads what that prints.

import { allowCommand } from '../base/allow-command.ts';
import type { Denial } from './egress-policy.ts';

export interface Answer {
  status: 403 | 405 | 502;
  /** For the first line of an answer: many programs show nothing else. */
  reason: string;
  text: string;
}

/** @param host fit for a header */
export function denialAnswer(denied: Denial, host: string, port: number | undefined): Answer {
  const [why, other = ''] = {
    malformed: [`${host} is not a host name`, 'addresses are not reached, only names'],
    host: [`${host} is not allowed`],
    port: [`port ${port ?? ''} of ${host} is not allowed`],
    private: [`${host} is at a private address`, 'use --network open, or name:NETWORK'],
    name: [`what was to go to ${host} names another host, or none`, 'use the same name for both'],
    protocol: [`neither TLS, HTTP nor SSH to ${host}`],
  }[denied] as [string, string?];
  const command = allowCommand({ host, ...(port !== undefined && { port }) }, denied);
  const next = command ?? other;
  return {
    status: 403,
    reason: `${why}: ${next}`,
    text: [
      `ai: ${why} in this run (network: allowlist).`,
      command ? `On the host, for the next run: ${next}` : next,
      '',
    ].join('\n'),
  };
}

export const unreachableAnswer = (host: string, why: string): Answer => ({
  status: 502,
  reason: `${host} cannot be reached`,
  text: `ai: ${host} is allowed, but cannot be reached: ${why}\n`,
});

/** A proxy that it reaches may send back all that it was sent, the password for this machine's own proxy among it (RFC 9110, 9.3.8). */
export const traceAnswer: Answer = {
  status: 405,
  reason: 'TRACE goes no further',
  text: 'ai: TRACE goes no further in a run with network: allowlist.\n',
};
