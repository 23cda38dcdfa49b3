// What of a git configuration decides which programs git runs and where it sends what: the rest changes every day. Pure.

import { parseGitConfig, type GitConfigEntry } from '../base/git-config.ts';

export interface GitConfigPrint {
  /** Changes with every entry that matters, in their order; comments and blanks do not. */
  print: string;
  /** Addresses by `section.name`. A new name is nothing to speak of, another address for a known one is. */
  addresses: Readonly<Record<string, string>>;
}

/**
 * Entries that name no program and no other file, as tools write them in passing (git-config(1)): who commits, what a
 * branch follows. `*` is any key that is not among the exceptions.
 */
const harmless: Readonly<Record<string, { keys: readonly string[] | '*'; but?: string }>> = {
  user: { keys: ['name', 'email'] },
  branch: { keys: '*', but: 'mergeoptions' },
  remote: { keys: ['fetch', 'tagopt', 'prune', 'gh-resolved', 'followremotehead'] },
  submodule: { keys: ['active', 'branch'] },
};

const addressKeys: Readonly<Record<string, readonly string[]>> = {
  remote: ['url', 'pushurl', 'push'],
  submodule: ['url'],
};

/** `ext::command`, and every other helper that an address names: a program (gitremote-helpers(7)). */
const namesHelper = /^\s*[^/\\\s:]*::/;

/** Nobody has more names: then all of their addresses count. */
const mostAddresses = 100;

export function printOfGitConfig(text: string): GitConfigPrint {
  const entries = parseGitConfig(text).filter((entry) => !isHarmless(entry));
  const addresses = new Map<string, string>();
  for (const { section, subsection, key, value } of entries.filter(isAddress)) {
    const name = `${section}.${subsection}`;
    addresses.set(name, `${addresses.get(name) ?? ''}${JSON.stringify([key, value])}`);
  }
  const isTooMany = addresses.size > mostAddresses;
  const counting = isTooMany ? entries : entries.filter((entry) => !isAddress(entry));
  return {
    print: JSON.stringify(
      counting.map(({ section, subsection, key, value }) => [section, subsection, key, value]),
    ),
    addresses: isTooMany ? {} : Object.fromEntries(addresses),
  };
}

function isHarmless(entry: GitConfigEntry): boolean {
  const rule = isPlain(entry) ? ofSection(harmless, entry) : undefined;
  if (rule === undefined || entry.key === rule.but) return false;
  return rule.keys === '*' || rule.keys.includes(entry.key);
}

const isAddress = (entry: GitConfigEntry): boolean =>
  isPlain(entry) && (ofSection(addressKeys, entry)?.includes(entry.key) ?? false);

const isPlain = ({ value }: GitConfigEntry): boolean => value === true || !namesHelper.test(value);

/** Of all of these but `user` every one has a name: `[remote] pushDefault` is another matter. */
const ofSection = <T>(
  rules: Readonly<Record<string, T>>,
  { section, subsection }: GitConfigEntry,
): T | undefined =>
  Object.hasOwn(rules, section) && (section === 'user') === (subsection === undefined)
    ? rules[section]
    : undefined;
