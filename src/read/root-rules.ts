// Which directories may be a project's root, and which files mark one where there is no git.

import { isInside } from '../base/paths.ts';
import { exists, largestManifest, readProjectFile } from './project-file.ts';

/** Places that a root is measured against, symlinks resolved. */
export interface ForbiddenPlaces {
  home: string;
  stateDirectory: string;
}

/** Why a directory must not be mounted as a project, or undefined if it may. */
export function refusalOf(directory: string, places: ForbiddenPlaces): string | undefined {
  if (directory === '/') return 'it is the whole file system';
  if (directory === places.home) return 'it is your home directory';
  if (isInside(places.home, directory)) return 'it contains your home directory';
  if (systemDirectories.has(directory) || systemTrees.some((tree) => isInside(directory, tree)))
    return 'it is a directory of the system';
  if (isInside(directory, places.stateDirectory)) return 'it belongs to the state of ai itself';
  if (isInside(places.stateDirectory, directory)) return 'it contains the state of ai itself';
  return undefined;
}

/** The name of the workspace marker in this directory, or undefined if there is none. */
export function workspaceMarkerIn(directory: string): string | undefined {
  return workspaceMarkers.find(({ name, says }) => holds(directory, name, says))?.name;
}

/** True if the directory is a package of its own inside a larger project. */
export const isPackage = (directory: string): boolean =>
  packageManifests.some((name) => holds(directory, name));

/** Nobody's project, though directories below them may be (Filesystem Hierarchy Standard 3.0, macOS). */
const systemDirectories: ReadonlySet<string> = new Set(
  [
    '/bin /sbin /lib /lib32 /lib64 /libx32 /usr /usr/bin /usr/sbin /usr/lib /usr/local /usr/local/bin /usr/share /usr/src',
    '/var /var/lib /var/log /var/run /var/tmp /var/home /run /run/user /tmp /opt /srv /mnt /media /home /root /nix /snap',
    '/System /Library /Applications /Users /Volumes /private /private/tmp /private/var /private/etc /cores',
  ]
    .join(' ')
    .split(' '),
);

/** Here nothing below is a project either. */
const systemTrees = ['/proc', '/sys', '/dev', '/etc', '/boot'];

const workspaceMarkers: readonly { name: string; says?: (text: string) => boolean }[] = [
  { name: 'pnpm-workspace.yaml' },
  { name: 'package.json', says: hasWorkspaces },
  { name: 'nx.json' },
  { name: 'turbo.json' },
  { name: 'lerna.json' },
  { name: 'rush.json' },
  { name: 'go.work' },
  { name: 'Cargo.toml', says: (text) => /^[ \t]*\[workspace[\].]/m.test(text) },
  { name: 'MODULE.bazel' },
  { name: 'settings.gradle' },
  { name: 'settings.gradle.kts' },
  { name: '.jj' },
  { name: '.hg' },
];

const packageManifests = [
  'package.json',
  'Cargo.toml',
  'go.mod',
  'pyproject.toml',
  'setup.py',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
  'composer.json',
  'Gemfile',
  'mix.exs',
  'pubspec.yaml',
  'deno.json',
];

function hasWorkspaces(text: string): boolean {
  const manifest: unknown = JSON.parse(text);
  return typeof manifest === 'object' && manifest !== null && 'workspaces' in manifest;
}

/** What cannot be read or parsed marks nothing. */
function holds(directory: string, name: string, says?: (text: string) => boolean): boolean {
  const file = `${directory}/${name}`;
  if (says === undefined) return exists(file);
  const text = readProjectFile(file, largestManifest);
  try {
    return text !== undefined && says(text);
  } catch {
    return false;
  }
}
