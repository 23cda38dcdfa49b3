// What known_hosts files say of the keys of a host, as ssh reads them (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT; hostfile.c).

import { createHmac } from 'node:crypto';
import { isSshKey } from '../base/ssh-keys.ts';
import { matchesPatternList } from '../base/ssh-patterns.ts';
import type { AllowedHost } from '../plan/agent-policy.ts';
import type { ResolvedHost } from '../plan/ssh-facts.ts';

export interface KnownHost {
  marker?: 'revoked' | 'cert-authority';
  /** As written: names and patterns with commas, or one hash. */
  hosts: string;
  type: string;
  /** In base64, in ssh's wire format. */
  key: string;
}

/** Longer files are read so far; nobody has met that many. */
const mostLines = 50_000;
const longestLine = 64 * 1024;

/** The valid lines; ssh ignores the others too. */
export function parseKnownHosts(text: string): readonly KnownHost[] {
  return text
    .split('\n', mostLines)
    .flatMap((line) => (line.length > longestLine ? [] : (parseLine(line) ?? [])));
}

export interface HostKeys {
  /** In base64, in ssh's wire format, without those that are revoked. */
  keys: readonly string[];
  /** A certificate authority answers for the host. Which key it has is not known before it is asked. */
  hasAuthority: boolean;
}

/** The keys that ssh would accept from a host, by the texts of all known_hosts files that count. */
export const knownHostKeys = (texts: readonly string[], host: string, port = 22): HostKeys =>
  lookUp(texts.flatMap(parseKnownHosts), host, port);

export interface AllowedHosts {
  hosts: readonly AllowedHost[];
  /** Those whose key nobody knows: no key may sign for them. */
  unknown: readonly ResolvedHost[];
  /** Of the unknown, names for which a certificate authority would answer, which the agent's policy cannot say. */
  withAuthority: readonly string[];
}

/**
 * Where keys may sign, and for whom there. `readText` gives the text of a known_hosts file of the host, or undefined; it is
 * asked once for each.
 */
export function allowedHosts(
  resolved: readonly ResolvedHost[],
  readText: (file: string) => string | undefined,
): AllowedHosts {
  const read = new Map<string, readonly KnownHost[]>();
  const linesOf = (file: string): readonly KnownHost[] => {
    const lines = read.get(file) ?? parseKnownHosts(readText(file) ?? '');
    read.set(file, lines);
    return lines;
  };
  const hosts = new Map<string, { users: Set<string>; hostKeys: Set<string> }>();
  const unknown: ResolvedHost[] = [];
  const withAuthority = new Set<string>();
  for (const one of resolved) {
    const lines = [...one.userKnownHostsFiles, ...one.globalKnownHostsFiles].flatMap(linesOf);
    const [name, port] = placeOf(one);
    const { keys, hasAuthority } = lookUp(lines, name, port);
    const shown = nameInFile(name, port);
    if (keys.length === 0) {
      unknown.push(one);
      if (hasAuthority) withAuthority.add(shown);
      continue;
    }
    const entry = hosts.get(shown) ?? { users: new Set(), hostKeys: new Set() };
    hosts.set(shown, entry);
    entry.users.add(one.user);
    for (const key of keys) entry.hostKeys.add(key);
  }
  return {
    hosts: [...hosts].map(([name, { users, hostKeys }]) => ({
      name,
      users: [...users],
      hostKeys: [...hostKeys],
    })),
    unknown,
    withAuthority: [...withAuthority],
  };
}

/** Ssh tries the name with its port, and only where nothing is known of that, the name alone (sshconnect.c). */
function lookUp(lines: readonly KnownHost[], host: string, port: number): HostKeys {
  const revoked = new Set(lines.filter(({ marker }) => marker === 'revoked').map(({ key }) => key));
  const found = [...new Set([nameInFile(host, port), nameInFile(host, 22)])].map((name) => {
    const matching = lines.filter(({ hosts }) => matchesHosts(name, hosts));
    return {
      keys: matching.flatMap(({ marker, key }) => (marker === undefined ? [key] : [])),
      hasAuthority: matching.some(({ marker }) => marker === 'cert-authority'),
    };
  });
  const keys = found.find((one) => one.keys.length > 0)?.keys ?? [];
  return {
    keys: [...new Set(keys)].filter((key) => !revoked.has(key)),
    hasAuthority: found.some((one) => one.hasAuthority),
  };
}

/** What a host is filed under. */
export const nameInKnownHosts = (one: ResolvedHost): string => nameInFile(...placeOf(one));

/** An alias is looked up as it is, without a port (sshconnect.c, get_hostfile_hostname_ipaddr). */
const placeOf = ({ hostKeyAlias, host, port }: ResolvedHost): [host: string, port: number] =>
  hostKeyAlias ? [hostKeyAlias, 22] : [host, port];

const nameInFile = (host: string, port: number): string =>
  (port === 22 ? host : `[${host}]:${port}`).toLowerCase();

function matchesHosts(name: string, hosts: string): boolean {
  if (!hosts.startsWith('|')) return matchesPatternList(name, hosts.toLowerCase());
  const [, version, salt = '', hash, ...more] = hosts.split('|');
  if (version !== '1' || more.length > 0) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

function parseLine(line: string): KnownHost | undefined {
  const words = line.trim().split(/[ \t]+/, 4);
  const marker = words[0]?.startsWith('@') ? words.shift()?.slice(1) : undefined;
  const [hosts = '', type = '', key = ''] = words;
  if (hosts === '' || hosts.startsWith('#') || !isSshKey(type, key)) return undefined;
  if (marker === undefined) return { hosts, type, key };
  return marker === 'revoked' || marker === 'cert-authority'
    ? { marker, hosts, type, key }
    : undefined;
}
