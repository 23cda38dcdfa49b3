// Where an assistant's program is installed on the host, what npm is asked for, and how it is started. Pure.

import type { NpmPackage } from '../assistants/assistant.ts';
import { extraNode, pinnedVersion } from '../assistants/pins.ts';
import { path } from '../base/path.ts';

/** The machine, and the Node that `ai` itself runs on. */
export interface Machine {
  platform: string;
  arch: string;
  /** Of that Node, like `20.20.2`. */
  nodeVersion: string;
  nodePath: string;
}

export interface Installation {
  /** Names the assistant's program, for people. */
  name: string;
  npm: string;
  version: string;
  directory: string;
  /** What npm is asked for: the package, and a Node where the one that runs `ai` is too old for it. */
  packages: readonly { name: string; version: string }[];
  /** How the installed program is started. */
  command: readonly string[];
  /** Nobody knows whether it can tell its version. */
  own?: true;
  /** The oldest major version of Node that it needs and that is not to be had here. */
  missingNode?: number;
}

/** @param version this release's unless it is said */
export function installationOf(
  program: NpmPackage,
  stateDirectory: string,
  { platform, arch, nodeVersion, nodePath }: Machine,
  version = pinnedVersion(program),
): Installation {
  // Another package than the one that is pinned may have the same version.
  const release =
    program.version === undefined ? version : `${program.npm.replace('/', '+')}@${version}`;
  const directory = path.join(stateDirectory, 'native', program.name, release);
  const executable = path.join(directory, 'node_modules', '.bin', program.command);
  const needed = program.node;
  const isNodeTooOld = needed !== undefined && Number.parseInt(nodeVersion, 10) < needed;
  const node = isNodeTooOld ? extraNode[`${platform}-${arch}`] : undefined;
  // Started by name: its own first line would take whatever `node` stands first on the PATH.
  const runner = node ? path.join(directory, 'node_modules', node.name, 'bin', 'node') : nodePath;
  return {
    name: program.name,
    npm: program.npm,
    version,
    directory,
    packages: [{ name: program.npm, version }, ...(node ? [node] : [])],
    command: needed === undefined ? [executable] : [runner, executable],
    ...(program.own && { own: true }),
    ...(isNodeTooOld && !node && { missingNode: needed }),
  };
}
