// What of a git configuration decides which programs git runs and where it sends what: the rest changes every day. Pure.

import { readGitConfig, type GitConfigEntry } from '../base/git-config.ts';

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
  // The remote that is pushed to: a name.
  branch: ['remote', 'pushremote'],
};

/** `ext::command`, and every other helper that an address names: a program (gitremote-helpers(7)). */
const namesHelper = /^\s*[^/\\\s:]*::/;

/** Nobody has more names, of branches some have many: then all of their addresses count. */
const mostAddresses = { branches: 1000, others: 100 };

/** A branch may name an address instead of a remote. */
const isUrl = /[:/]/;

/** What is no configuration to its end counts as it stands: another git may read on. */
export function printOfGitConfig(text: string): GitConfigPrint {
  const config = readGitConfig(text);
  if (!config.complete) return { print: text, addresses: {} };
  const entries = config.entries.filter((entry) => !isHarmless(entry));
  const addresses = new Map<string, string>();
  for (const { section, subsection, key, value } of entries.filter(isAddress)) {
    const name = `${section}.${subsection}`;
    addresses.set(name, `${addresses.get(name) ?? ''}${JSON.stringify([key, value])}`);
  }
  const branches = [...addresses.keys()].filter((name) => name.startsWith('branch.')).length;
  const isTooMany =
    branches > mostAddresses.branches || addresses.size - branches > mostAddresses.others;
  const counting = isTooMany ? entries : entries.filter((entry) => !isAddress(entry));
  return {
    print: JSON.stringify(
      counting.map(({ section, subsection, key, value }) => [section, subsection, key, value]),
    ),
    addresses: isTooMany ? {} : Object.fromEntries(addresses),
  };
}

/** False for entries that name neither a program nor another file. */
export const mayNameProgram = (entry: GitConfigEntry): boolean =>
  !isHarmless(entry) && !isAddress(entry);

function isHarmless(entry: GitConfigEntry): boolean {
  if (isAddress(entry)) return false;
  const rule = isPlain(entry) ? ofSection(harmless, entry) : undefined;
  if (rule === undefined || entry.key === rule.but) return false;
  return rule.keys === '*' || rule.keys.includes(entry.key);
}

const isAddress = (entry: GitConfigEntry): boolean =>
  isPlain(entry) && (ofSection(addressKeys, entry)?.includes(entry.key) ?? false);

const isUrlOfBranch = ({ section, key, value }: GitConfigEntry): boolean =>
  section === 'branch' &&
  (addressKeys['branch']?.includes(key) ?? false) &&
  value !== true &&
  isUrl.test(value);

const isPlain = (entry: GitConfigEntry): boolean =>
  (entry.value === true || !namesHelper.test(entry.value)) && !isUrlOfBranch(entry);

/** Of all of these but `user` every one has a name: `[remote] pushDefault` is another matter. */
const ofSection = <T>(
  rules: Readonly<Record<string, T>>,
  { section, subsection }: GitConfigEntry,
): T | undefined =>
  Object.hasOwn(rules, section) && (section === 'user') === (subsection === undefined)
    ? rules[section]
    : undefined;
