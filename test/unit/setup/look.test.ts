// What is seen of a machine, in directories that look like one.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SetupFacts } from '../../../src/setup/facts.ts';
import { look } from '../../../src/setup/look.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

type Files = Readonly<Record<string, string>>;

function machine(files: Files): string {
  const root = temporaryDirectory();
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), text, { mode: 0o755 });
  }
  return root;
}

const see = (
  files: Files,
  different: Partial<Parameters<typeof look>[0]> = {},
): Promise<SetupFacts> => {
  const root = machine(files);
  return look({
    ...{ environment: { PATH: path.join(root, 'bin') }, home: path.join(root, 'home'), uid: 0 },
    ...{ engine: 'silent', context: undefined, platform: 'linux', root },
    ...different,
  });
};

const releases = {
  debian:
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
  mint: 'NAME="Linux Mint"\nVERSION_ID="22"\nID=linuxmint\nID_LIKE="ubuntu debian"\n',
  arch: "NAME='Arch Linux'\nID=arch\n",
};

describe('looking at a machine', () => {
  it.each<[what: string, files: Files, seen: Partial<SetupFacts>]>([
    [
      'Debian',
      { 'etc/os-release': releases.debian },
      { system: { ids: ['debian'], name: 'Debian GNU/Linux 12' } },
    ],
    [
      'Mint',
      { 'etc/os-release': releases.mint },
      { system: { ids: ['linuxmint', 'ubuntu', 'debian'], name: 'Linux Mint 22' } },
    ],
    [
      'Arch',
      { 'etc/os-release': releases.arch },
      { system: { ids: ['arch'], name: 'Arch Linux' } },
    ],
    ['a system without a name', {}, { system: { ids: [], name: 'linux' } }],
    ['systemd', { 'run/systemd/system/x': '' }, { init: 'systemd' }],
    ['OpenRC', { 'run/openrc/x': '', 'bin/rc-service': '' }, { init: 'openrc' }],
    ['no init', {}, { init: 'none' }],
    ['WSL', { 'proc/sys/kernel/osrelease': '5.15.0-microsoft-standard-WSL2\n' }, { wsl: true }],
    ['another kernel', { 'proc/sys/kernel/osrelease': '6.1.0\n' }, { wsl: false }],
    ['Silverblue', { 'run/ostree-booted': '' }, { ostree: true }],
    ['a container of Docker', { '.dockerenv': '' }, { container: true }],
    ['a container of Podman', { 'run/.containerenv': '' }, { container: true }],
    ['all capabilities', { 'proc/self/status': 'CapBnd:\t000001ffffffffff\n' }, { mayMount: true }],
    [
      'those of a container',
      { 'proc/self/status': 'CapBnd:\t00000000a80425fb\n' },
      { mayMount: false },
    ],
    ['AppArmor', { 'sys/module/apparmor/parameters/enabled': 'Y\n' }, { appArmor: true }],
    [
      'AppArmor switched off',
      { 'sys/module/apparmor/parameters/enabled': 'N\n' },
      { appArmor: false },
    ],
    ['apt', { 'bin/apt-get': '' }, { programs: ['apt-get'] }],
    [
      'dockerd that runs',
      { 'proc/12/comm': 'dockerd\n', 'proc/12/status': 'State:\tS (sleeping)\n' },
      { dockerd: 'running' },
    ],
    [
      'dockerd that has died',
      { 'bin/dockerd': '', 'proc/12/comm': 'dockerd\n', 'proc/12/status': 'State:\tZ (zombie)\n' },
      { dockerd: 'stopped' },
    ],
    ['others that run', { 'bin/dockerd': '', 'proc/12/comm': 'docker\n' }, { dockerd: 'stopped' }],
  ])('%s', async (_what, files, seen) => {
    expect(await see(files)).toMatchObject(seen);
  });

  it.each<[what: string, different: Parameters<typeof see>[1], seen: Partial<SetupFacts>]>([
    ['root', {}, { root: 'self', user: undefined }],
    [
      'root at heart',
      { environment: { PATH: '/bin:/usr/bin', SUDO_USER: 'root' } },
      { root: 'self', user: undefined },
    ],
    [
      'who is root by sudo',
      { environment: { PATH: '/bin:/usr/bin', SUDO_USER: 'nobody' } },
      { root: 'self', user: { name: 'nobody', inDockerGroup: false } },
    ],
  ])('%s', async (_what, different, seen) => {
    expect(await see({}, different)).toMatchObject(seen);
  });

  it('knows who has sudo', async () => {
    expect(await see({ 'bin/sudo': '' }, { uid: 1 })).toMatchObject({ root: 'sudo' });
  });

  it('a faked Mac: its applications, and a program for the one that has no window', async () => {
    const files = {
      'Applications/Docker.app/x': '',
      'home/Applications/OrbStack.app/x': '',
      'bin/colima': '',
    };
    expect(await see(files, { platform: 'darwin' })).toMatchObject({
      macApps: ['desktop', 'orbstack', 'colima'],
      mayMount: true,
    });
  });
});
