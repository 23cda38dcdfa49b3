// What is seen of a machine, in directories that look like one.

import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
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
    ...{ forbidden: undefined, context: undefined, platform: 'linux', root },
    ...different,
  });
};

const dockerd = (id: number, uid: number, state = 'S (sleeping)'): Files => ({
  [`proc/${id}/comm`]: 'dockerd\n',
  [`proc/${id}/status`]: `State:\t${state}\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\n`,
});

const releases = {
  debian:
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
  mint: 'NAME="Linux Mint"\nVERSION_ID="22"\nID=linuxmint\nID_LIKE="ubuntu debian"\n',
  arch: "NAME='Arch Linux'\nID=arch\n",
};

afterEach(() => {
  vi.restoreAllMocks();
});

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
      { ...dockerd(12, 0), 'var/run/docker.pid': '12' },
      { dockerd: 'running', dockerdElsewhere: false },
    ],
    [
      'dockerd that has died',
      { 'bin/dockerd': '', ...dockerd(12, 0, 'Z (zombie)'), 'var/run/docker.pid': '12' },
      { dockerd: 'stopped', dockerdElsewhere: false },
    ],
    [
      'dockerd that root has started in another way',
      { 'bin/dockerd': '', ...dockerd(12, 0) },
      { dockerd: 'stopped', dockerdElsewhere: true },
    ],
    [
      'dockerd of somebody else',
      { 'bin/dockerd': '', ...dockerd(12, 4711) },
      { dockerd: 'stopped', dockerdElsewhere: false },
    ],
    [
      'two of them',
      { ...dockerd(12, 0), ...dockerd(13, 0), 'var/run/docker.pid': '13\n' },
      { dockerd: 'running', dockerdElsewhere: true },
    ],
    [
      'a pid file that another program has come by',
      { 'bin/dockerd': '', 'proc/12/comm': 'sleep\n', 'var/run/docker.pid': '12' },
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
      { root: 'self', user: { name: 'nobody', groups: ['nogroup'] } },
    ],
  ])('%s', async (_what, different, seen) => {
    expect(await see({}, different)).toMatchObject(seen);
  });

  it('knows who has sudo', async () => {
    vi.spyOn(os, 'userInfo').mockReturnValue({ ...os.userInfo(), username: 'daemon' });
    expect(await see({ 'bin/sudo': '' }, { uid: 1 })).toMatchObject({ root: 'sudo' });
  });

  it('a user without a name is nobody whom sudo would know', async () => {
    vi.spyOn(os, 'userInfo').mockImplementation(() => {
      throw new Error('ENOENT: no such file or directory, uv_os_get_passwd');
    });
    expect(await see({ 'bin/sudo': '' }, { uid: 54_321 })).toMatchObject({
      root: 'none',
      user: undefined,
    });
  });

  it('takes nothing from an `id` that fails', async () => {
    const environment = { PATH: '/bin:/usr/bin', SUDO_USER: 'no-such-user-docker docker' };
    expect((await see({}, { environment })).user?.groups).toEqual([]);
  });

  it('knows whom a socket is for, where a group can be joined for it', async () => {
    const socket = path.join(temporaryDirectory(), 'docker.sock');
    writeFileSync(socket, '');
    chownSync(socket, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
    const gid = process.getgid?.() ?? 0;
    const groups = `others:x:${gid}1:\nengine:x:${gid}:anna,berta\n`;
    expect((await see({ 'etc/group': groups }, { forbidden: socket })).forbidden).toEqual({
      path: socket,
      gid,
      group: 'engine',
    });
    expect((await see({}, { forbidden: socket })).forbidden).toMatchObject({ group: undefined });
    expect((await see({}, { forbidden: '/run/podman/podman.sock' })).forbidden).toBeUndefined();
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
