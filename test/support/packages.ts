// The Debian packages that tests need, installed where they are missing and that is allowed.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** Command of the tests -> the packages that bring it. */
export const packagesOfTests = {
  busybox: ['busybox-static'],
  git: ['git'],
  python3: ['python3'],
  setpriv: ['util-linux'],
  ssh: ['openssh-client'],
  sshd: ['openssh-server'],
  tmux: ['tmux'],
  zsh: ['zsh'],
  fish: ['fish'],
  strace: ['strace'],
  openssl: ['openssl'],
  'docker-registry': ['docker-registry'],
} as const;

/** For Podman and the engines that run as a user (other-engine.ts). */
export const packagesOfOtherEngines = {
  podman: ['podman'],
  crun: ['crun'],
  catatonit: ['catatonit'],
  newuidmap: ['uidmap'],
  slirp4netns: ['slirp4netns'],
  rootlesskit: ['rootlesskit'],
  'fuse-overlayfs': ['fuse-overlayfs'],
  ip: ['iproute2'],
} as const;

/** Installs what brings those of the commands that are not there. Throws with the command to run where it may not. */
export function installMissing(wanted: Readonly<Record<string, readonly string[]>>): void {
  const missing = Object.entries(wanted).filter(([command]) => !isInstalled(command));
  if (missing.length === 0) return;
  const packages = missing.flatMap(([, names]) => names);
  if (process.getuid?.() !== 0 || !isInstalled('apt-get'))
    throw new Error(
      `the tests need ${missing.map(([command]) => command).join(', ')}: install the packages ${packages.join(' ')}`,
    );
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (...args: string[]): unknown =>
    execFileSync('apt-get', ['-qq', ...args], { env: environment, stdio: ['ignore', 2, 2] });
  run('update');
  run('install', '--yes', '--no-install-recommends', ...packages);
}

/** Where a command is: on PATH, where root's commands are, or where its path says. Undefined if it is not installed. */
export function findCommand(command: string): string | undefined {
  if (path.isAbsolute(command)) return existsSync(command) ? command : undefined;
  return [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin']
    .map((directory) => path.join(directory, command))
    .find((file) => existsSync(file));
}

const isInstalled = (command: string): boolean => findCommand(command) !== undefined;
