// The login of GitHub's own program in the user's state. Changes nothing.

import { lstatSync } from 'node:fs';
import { path } from '../base/path.ts';
import type { GitHubFacts } from '../plan/facts.ts';
import { gitHubDirectory } from '../plan/places.ts';
import { readProjectFile } from './project-file.ts';

/** Undefined where there is no login. Sessions write there: symlinks, pipes and names that are no hosts count for nothing. */
export function readGitHub(stateDirectory: string, profile: string): GitHubFacts | undefined {
  const directory = gitHubDirectory(stateDirectory, profile);
  const file = path.join(directory, 'hosts.yml');
  const kind = (place: string) => lstatSync(place, { throwIfNoEntry: false });
  try {
    if (kind(directory)?.isDirectory() !== true || kind(file)?.isFile() !== true) return undefined;
  } catch {
    return undefined;
  }
  const text = readProjectFile(file);
  return text === undefined ? undefined : { directory, hosts: hostsOf(text) };
}

/** More than anybody is logged in to. */
const mostHosts = 20;

/** The keys at the left margin of that YAML; what is deeper is about one host. */
function hostsOf(text: string): string[] {
  const keys = text.matchAll(
    /^["']?([A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?(?::\d{1,5})?)["']?:[ \t]*\r?$/gm,
  );
  return [...new Set([...keys].map(([, host = '']) => host))].slice(0, mostHosts);
}
