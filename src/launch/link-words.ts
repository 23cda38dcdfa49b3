// What the user is told of the pages that a session wanted to show, and the session of what became of them.

import { isIP } from 'node:net';
import { allowCommand } from '../base/allow-command.ts';
import { longestLink, mostLinks } from '../base/link-bounds.ts';
import type { Link, LinkRefusal } from '../tunnel/link-policy.ts';

/** What became of one: `shown` was for the user to open, `failed` is what the opener said. */
export type LinkOutcome =
  | { kind: 'opened'; link: Link }
  | { kind: 'shown'; link: Link; why: string }
  | { kind: 'refused'; link?: Link; denied: LinkRefusal };

/** After a session more than these are in the audit. */
const mostLines = 6;

/** A line for each page, once. @param untold how often it asked for what is no page, or for more than anybody would read */
export function wordsOfLinks(outcomes: readonly LinkOutcome[], untold = 0): readonly string[] {
  const lines = [...new Set(outcomes.flatMap((outcome) => wordsOfLink(outcome) ?? []))];
  const more = lines.length - mostLines;
  return [
    ...lines.slice(0, mostLines),
    ...(more > 0 ? [`and ${more} more pages: ai audit`] : []),
    ...(untold > 0
      ? [
          `browser: asked ${untold === 1 ? 'once' : `${untold} times`} for what is no page, or for too many: ai audit`,
        ]
      : []),
  ];
}

/** Undefined for what nobody should open, however it is asked. */
export function wordsOfLink(outcome: LinkOutcome): string | undefined {
  if (outcome.link === undefined) return undefined;
  const { url } = outcome.link;
  if (outcome.kind === 'opened') return `opened in your browser: ${url}`;
  if (outcome.kind === 'shown') return `to open in your browser: ${url} (${outcome.why})`;
  return `not opened in your browser: ${url} (${whyRefused(outcome.denied, outcome.link)})`;
}

/** Why, in words that end with the way to it where there is one. */
export function whyRefused(denied: LinkRefusal, link?: Link): string {
  const { host, port } = link ?? {};
  const command =
    host === undefined || port === undefined || isIP(host) > 0
      ? undefined
      : allowCommand({ host, port }, denied);
  switch (denied) {
    case 'host':
    case 'port':
      return `network: allowlist${command === undefined ? '' : `; ${command}`}`;
    case 'callback': {
      const at = link?.callback ?? 'PORT';
      return `it is called back at port ${at} of the run${wayBy(at, link)}`;
    }
    case 'own':
      return `a page of the run itself${wayBy(port ?? 'PORT', link)}`;
    default:
      return whys[denied];
  }
}

const wayBy = (port: number | string, link?: Link): string =>
  link?.isShut ? ', which this network keeps in' : `: with -P ${port} it opens`;

const whys: Readonly<Record<Exclude<LinkRefusal, 'host' | 'port' | 'own' | 'callback'>, string>> = {
  malformed: 'no address of the web',
  scheme: 'only http and https',
  login: 'a user or password is in it',
  long: `longer than ${longestLink} bytes`,
  private: 'it leads to this machine or its networks',
  unknown: 'its name cannot be looked up',
  often: 'more than one a second',
  many: `more than ${mostLinks} in this run`,
};
