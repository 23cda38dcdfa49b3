// The settings of a run's network: which one it has, and what it reaches where that is a list.

import { parseHostEntry, showHostEntry } from '../base/host-name.ts';
import { setting } from './setting.ts';
import { list, type ValueType } from './types.ts';

export type NetworkMode = (typeof modes)[number] | `name:${string}`;

const modes = ['open', 'allowlist', 'none', 'host'] as const;

/** Names of Docker's networks (moby, RestrictedNamePattern), apart from words that mean something else to an engine. */
const named =
  /^name:(?!(?:host|none|default|container|ns|private|pasta|slirp4netns)$)[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

const isMode = (text: string): text is NetworkMode =>
  modes.some((mode) => mode === text) || named.test(text);

const networkMode: ValueType<NetworkMode> = {
  expected: `one of ${modes.join(', ')}, or name:NETWORK for one of Docker’s`,
  json: { anyOf: [{ enum: modes }, { type: 'string', pattern: named.source }] },
  fromText: (text) => (isMode(text) ? text : undefined),
  fromData: (data) => (typeof data === 'string' && isMode(data) ? data : undefined),
};

const hostPattern = /^[^\s:/@%]+(:[1-9][0-9]{0,4})?$/.source;

/** Normalised, so that the same host is the same text. */
export const hosts: ValueType<readonly string[]> = {
  ...list,
  json: {
    type: ['string', 'array'],
    pattern: hostPattern,
    items: { type: 'string', pattern: hostPattern },
  },
  expected: 'a list of hosts like example.com (with all below it) or example.com:8443',
  fromText: (text) => asHosts(text.split(/[\s,]+/).filter((word) => word !== '')),
  fromFlag: (text) => hosts.fromText(text),
  fromData: (data) => {
    const texts = list.fromData(data);
    return texts && asHosts(texts);
  },
};

function asHosts(texts: readonly string[]): readonly string[] | undefined {
  const entries = texts.map(parseHostEntry);
  return entries.every((entry) => entry !== undefined) ? entries.map(showHostEntry) : undefined;
}

export const network = {
  network: setting<NetworkMode>({
    type: networkMode,
    default: 'open',
    flag: '--network <mode>',
    help: 'open, allowlist (only hosts that it needs), none, host, or name:NETWORK for one of Docker’s',
    trust: 'host',
  }),
  allow: setting<readonly string[]>({
    type: hosts,
    default: [],
    flag: '--allow <host[:port]>',
    help: 'hosts that network allowlist reaches beside those it needs, each with all below it',
    trust: 'host',
  }),
} as const;

/** The docker network that a mode names. */
export const networkName = (mode: NetworkMode): string | undefined =>
  mode.startsWith('name:') ? mode.slice('name:'.length) : undefined;
