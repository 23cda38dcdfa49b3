// What the egress proxy tells the program that it turns away, and through it whoever reads what that prints.

import type { Denial } from './egress-policy.ts';

export interface Answer {
  status: 403 | 502;
  /** For the first line of an answer: many programs show nothing else. */
  reason: string;
  text: string;
}

/** @param host fit for a header */
export function denialAnswer(denied: Denial, host: string, port: number | undefined): Answer {
  const command = `ai net allow ${denied === 'port' ? `${host}:${port ?? ''}` : host}`;
  const [why, next] = {
    malformed: [`${host} is no name of a host`, 'addresses are not reached, only names'],
    host: [`${host} is not allowed`, command],
    port: [`port ${port ?? ''} of ${host} is not allowed`, command],
    private: [`${host} is at a private address`, 'use --network open, or name:NETWORK'],
    name: [`what was to go to ${host} asks for another host`, 'use the same name for both'],
    protocol: [`neither TLS, HTTP nor SSH to ${host}`, `ai net allow ${host}:${port ?? ''}`],
  }[denied] as [string, string];
  const isCommand = next.startsWith('ai ');
  return {
    status: 403,
    reason: `${why}: ${next}`,
    text: [
      `ai: ${why} in this run (network: allowlist).`,
      isCommand ? `On the host, for the next run: ${next}` : next,
      '',
    ].join('\n'),
  };
}

export const unreachableAnswer = (host: string, why: string): Answer => ({
  status: 502,
  reason: `${host} cannot be reached`,
  text: `ai: ${host} is allowed, and cannot be reached: ${why.replaceAll(/[^ -~]+/g, '?').slice(0, 300)}\n`,
});
