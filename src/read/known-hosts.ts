// Keys of hosts as known_hosts has them.

import { createHmac } from 'node:crypto';
import { fingerprintOf, isSshKey } from '../base/ssh-keys.ts';
import { readRegularFile } from '../host/files.ts';
import type { AllowedHost } from '../plan/agent-policy.ts';
import type { ResolvedHost } from '../plan/ssh-facts.ts';

export interface AddedHostKey {
  host: string;
  type: string;
  fingerprint: string;
  line: string;
}

const filesOf = (resolved: readonly ResolvedHost[], home: string): string[] => [
  ...new Set([
    `${home}/.ssh/known_hosts`,
    ...resolved.flatMap((h) => [...h.userKnownHostsFiles, ...h.globalKnownHostsFiles]),
  ]),
];

export const readKnownHosts = (resolved: readonly ResolvedHost[], home: string): string =>
  filesOf(resolved, home)
    .map((file) => readRegularFile(file) ?? '')
    .map((t) => (t === '' || t.endsWith('\n') ? t : `${t}\n`))
    .join('');

export function allowedHosts(
  resolved: readonly ResolvedHost[],
  home: string,
): { hosts: readonly AllowedHost[]; unknown: readonly ResolvedHost[] } {
  const text = readKnownHosts(resolved, home);
  const hosts: AllowedHost[] = [];
  const unknown: ResolvedHost[] = [];
  for (const one of resolved) {
    const name =
      one.port === 22
        ? (one.hostKeyAlias ?? one.host)
        : `[${one.hostKeyAlias ?? one.host}]:${one.port}`;
    const hostKeys = text.split('\n').flatMap((line) => {
      const [names = '', type = '', key = ''] = line.trim().split(/\s+/);
      return isSshKey(type, key) && matches(names, name) ? [key] : [];
    });
    if (hostKeys.length === 0) unknown.push(one);
    else hosts.push({ name, users: [one.user], hostKeys });
  }
  return { hosts, unknown };
}

function matches(names: string, name: string): boolean {
  const hashed = /^\|1\|([^|]+)\|(.+)$/.exec(names);
  if (hashed)
    return (
      createHmac('sha1', Buffer.from(hashed[1] ?? '', 'base64'))
        .update(name)
        .digest('base64') === hashed[2]
    );
  return names.split(',').includes(name);
}

export function addedHostKeys(before: string, after: string): AddedHostKey[] {
  const known = new Set(before.split('\n').map((line) => line.trim()));
  return after.split('\n').flatMap((line) => {
    const [host = '', type = '', key = ''] = line.trim().split(' ');
    if (!isSshKey(type, key) || known.has(`${host} ${type} ${key}`) || !/^[\w.,:[\]-]+$/.test(host))
      return [];
    return [{ host, type, fingerprint: fingerprintOf(key), line: `${host} ${type} ${key}` }];
  });
}
