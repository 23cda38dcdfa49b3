// The machines that a repository and its submodules reach, through ssh or the web, read from git's files without starting git.

import { readdirSync, type Dirent } from 'node:fs';
import {
  isGitTrue,
  lastGitValue,
  parseGitConfig,
  type GitConfigEntry,
} from '../base/git-config.ts';
import { showHostEntry } from '../base/host-name.ts';
import { parseSshUrl } from '../base/ssh-url.ts';
import { hostOfUrl } from '../plan/egress.ts';
import type { GitFacts } from '../plan/facts.ts';
import type { NamedHost } from '../plan/network-facts.ts';
import type { SshRemote, UrlRewrite } from '../plan/ssh-facts.ts';
import { largestManifest, readProjectFile } from './project-file.ts';

/** More machines than a project has; a session may have written anything there. */
export const mostRemotes = 32;
const mostDirectories = 1000;
/** Submodules of submodules, and names with slashes (`modules/libs/a/modules/b`). */
const deepest = 12;

/**
 * Every machine once for each user and port, in the order of the files. Includes are not followed and `.gitmodules` is not
 * read: that is content of a clone, where these files are what git goes by. `rewrites` are the user's own (`~/.gitconfig`).
 */
export const readSshRemotes = (
  git: GitFacts,
  rewrites: readonly UrlRewrite[] = [],
): readonly SshRemote[] => readRemotes(git, rewrites).ssh;

export interface Remotes {
  ssh: readonly SshRemote[];
  /** Hosts of addresses of http and https. */
  web: readonly NamedHost[];
}

/** The same with those over the web. */
export function readRemotes(git: GitFacts, rewrites: readonly UrlRewrite[] = []): Remotes {
  const urls = [
    ...urlsOfRepository(git, rewrites),
    ...[...new Set([git.commonDirectory, git.directory])].flatMap((directory) =>
      submodulesOf(directory).flatMap((config) =>
        urlsOf(readConfig(config.file), rewrites, config.name),
      ),
    ),
  ];
  const found = new Map<string, SshRemote>();
  const web = new Map<string, NamedHost>();
  for (const { url, origin } of urls) {
    const host = hostOfUrl(url);
    if (host !== undefined && web.size < mostRemotes && !web.has(showHostEntry(host)))
      web.set(showHostEntry(host), { ...host, origin });
    const target = parseSshUrl(url);
    if (target === undefined || found.size === mostRemotes) continue;
    const key = `${target.user ?? ''}@${target.host}:${target.port ?? ''}`;
    if (!found.has(key)) found.set(key, { ...target, origin });
  }
  return { ssh: [...found.values()], web: [...web.values()] };
}

/** The rewrites of urls that a configuration contains. */
export const rewritesOf = (entries: readonly GitConfigEntry[]): readonly UrlRewrite[] =>
  entries.flatMap(({ section, subsection, key, value }) =>
    section === 'url' &&
    subsection !== undefined &&
    value !== true &&
    (key === 'insteadof' || key === 'pushinsteadof')
      ? [{ base: subsection, prefix: value, push: key === 'pushinsteadof' }]
      : [],
  );

interface NamedUrl {
  url: string;
  origin: string;
}

function urlsOfRepository(git: GitFacts, rewrites: readonly UrlRewrite[]): NamedUrl[] {
  const common = readConfig(`${git.commonDirectory}/config`);
  const ofWorktree = isGitTrue(lastGitValue(common, 'extensions.worktreeconfig'))
    ? readConfig(`${git.directory}/config.worktree`)
    : [];
  return urlsOf([...common, ...ofWorktree], rewrites);
}

/** What git would fetch from and push to. A submodule is cloned by a git that sees only the user's own rewrites. */
function urlsOf(
  entries: readonly GitConfigEntry[],
  global: readonly UrlRewrite[],
  within = '',
): NamedUrl[] {
  const all = [...global, ...rewritesOf(entries)];
  const forFetch = (one: UrlRewrite): boolean => one.push !== true;
  const withPushUrl = new Set(
    entries.filter(({ key }) => key === 'pushurl').map(({ subsection }) => subsection),
  );
  return entries.flatMap(({ section, subsection, key, value }) => {
    if (subsection === undefined || value === true) return [];
    const urls: string[] = [];
    if (section === 'submodule' && key === 'url')
      urls.push(rewrite(value, global.filter(forFetch)));
    if (section === 'remote' && (key === 'url' || key === 'pushurl')) {
      urls.push(rewrite(value, all.filter(forFetch)));
      const pushed = rewrite(
        value,
        all.filter((one) => !forFetch(one)),
      );
      if (key === 'url' && !withPushUrl.has(subsection) && pushed !== value) urls.push(pushed);
    }
    return urls.map((url) => ({ url, origin: `${within}${section}.${subsection}.${key}` }));
  });
}

/** The longest prefix that fits wins (git-config(1), url.<base>.insteadOf). */
function rewrite(url: string, rewrites: readonly UrlRewrite[]): string {
  let best: UrlRewrite | undefined;
  for (const one of rewrites)
    if (url.startsWith(one.prefix) && one.prefix.length > (best?.prefix.length ?? -1)) best = one;
  return best === undefined ? url : best.base + url.slice(best.prefix.length);
}

const readConfig = (file: string): readonly GitConfigEntry[] =>
  parseGitConfig(readProjectFile(file, largestManifest) ?? '');

/** The configuration of each submodule's repository below `modules`; symlinks are not followed. */
function submodulesOf(directory: string): { file: string; name: string }[] {
  const found: { file: string; name: string }[] = [];
  let left = mostDirectories;
  const visit = (place: string, name: string, depth: number): void => {
    if (depth > deepest || left-- <= 0) return;
    const entries = listDirectory(place);
    const has = (file: string): boolean =>
      entries.some((entry) => entry.name === file && entry.isFile());
    if (has('HEAD') && has('config')) {
      found.push({ file: `${place}/config`, name: `${name}: ` });
      visit(`${place}/modules`, name, depth + 1);
      return;
    }
    for (const entry of entries)
      if (entry.isDirectory())
        visit(`${place}/${entry.name}`, name ? `${name}/${entry.name}` : entry.name, depth + 1);
  };
  visit(`${directory}/modules`, '', 0);
  return found;
}

function listDirectory(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((one, other) =>
      one.name < other.name ? -1 : 1,
    );
  } catch {
    return [];
  }
}
