// What is done about a missing engine, system by system: one line a case.

import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/setup/decide.ts';
import type { SetupFacts } from '../../../src/setup/facts.ts';
import { chooseMacApp, type MacApp } from '../../../src/setup/mac-apps.ts';
import { commandLine } from '../../../src/setup/work.ts';
import { annas, bareDebian, mac } from './setup-facts.ts';

/** Each step as `ai` prints it; what is for the user to do begins with `you:`. */
function decided(different: Partial<SetupFacts>): string[] {
  const facts = { ...bareDebian, ...different };
  const decision = decide(facts);
  switch (decision.kind) {
    case 'work':
      return decision.work.steps.map((step) =>
        commandLine(step, decision.work.asRoot && facts.root === 'sudo'),
      );
    case 'login':
      return [`login: ${decision.user} ${decision.group}`];
    case 'instructions':
      return decision.commands.map((command) => `you: ${command}`);
  }
}

const packages = 'docker.io iptables ca-certificates';
const aptLines = (sudo = '', names = packages): string[] => [
  `${sudo}apt-get update`,
  `${sudo}DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends --download-only ${names}`,
  `${sudo}DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Options::=--force-confold install -y --no-install-recommends ${names}`,
];
const byHand = 'setsid --fork dockerd >>/var/log/dockerd.log 2>&1 </dev/null';
const bySystemd = 'systemctl enable --now docker';
const join = 'sudo usermod -aG docker anna';
const system = (...ids: string[]): Partial<SetupFacts> => ({
  system: { ids, name: ids[0] ?? '' },
  programs: [],
  init: 'systemd',
});
const stopped = { dockerd: 'stopped' } as const;
const socket = (group: string | undefined, gid = 998): Partial<SetupFacts> => ({
  forbidden: { path: '/var/run/docker.sock', gid, group },
  ...annas,
});
const forbidden = { ...socket('docker'), dockerd: 'running' } as const;

describe('on Debian and its like', () => {
  it.each<[what: string, facts: Partial<SetupFacts>, lines: string[]]>([
    ['root, no init', {}, [...aptLines(), byHand]],
    ['root, systemd', { init: 'systemd' }, [...aptLines(), bySystemd]],
    [
      'a kernel with AppArmor',
      { appArmor: true },
      [...aptLines('', `${packages} apparmor`), byHand],
    ],
    [
      'Mint',
      { system: { ids: ['linuxmint', 'ubuntu', 'debian'], name: '' } },
      [...aptLines(), byHand],
    ],
    [
      'sudo, systemd',
      { ...annas, init: 'systemd' },
      [...aptLines('sudo '), `sudo ${bySystemd}`, join],
    ],
    ['sudo, no init', annas, [...aptLines('sudo '), `sudo sh -c '${byHand}'`, join]],
    ['who was root by sudo', { ...annas, root: 'self' }, [...aptLines(), byHand, join.slice(5)]],
    [
      'a member already',
      { ...annas, user: { name: 'anna', groups: ['anna', 'docker'] } },
      [...aptLines('sudo '), `sudo sh -c '${byHand}'`],
    ],
    ['WSL with systemd', { wsl: true, init: 'systemd' }, [...aptLines(), bySystemd]],
  ])('%s', (_what, facts, lines) => {
    expect(decided(facts)).toEqual(lines);
  });
});

describe('with an engine that is installed', () => {
  it.each<[what: string, facts: Partial<SetupFacts>, lines: string[]]>([
    ['no init', stopped, [byHand]],
    ['systemd', { ...stopped, init: 'systemd' }, [bySystemd]],
    ['OpenRC', { ...stopped, ...system('alpine'), init: 'openrc' }, ['rc-service docker start']],
    ['Fedora', { ...stopped, ...system('fedora'), ...annas }, [`sudo ${bySystemd}`, join]],
    ['WSL without systemd', { ...stopped, wsl: true }, [byHand]],
    ['it is starting', { dockerd: 'running' }, []],
    ['it runs, and is not for this user', forbidden, [join]],
    [
      'its user has not logged in again',
      { ...forbidden, user: { name: 'anna', groups: ['anna', 'docker'] } },
      ['login: anna docker'],
    ],
    [
      'one of this machine’s users runs an own one',
      { ...stopped, dockerdElsewhere: true },
      [byHand],
    ],
    [
      'it left its socket behind',
      { ...forbidden, ...stopped, init: 'systemd' },
      [`sudo ${bySystemd}`, join],
    ],
  ])('%s', (_what, facts, lines) => {
    expect(decided(facts)).toEqual(lines);
  });
});

describe('with an engine that listens and is for others', () => {
  const usermod = 'sudo usermod -aG';
  it.each<[what: string, facts: Partial<SetupFacts>, lines: string[]]>([
    ['it runs outside, where this may not mount', { ...socket('docker'), mayMount: false }, [join]],
    ['it runs outside, where one could', socket('docker'), [join]],
    [
      'it runs outside, one is installed',
      { ...socket('docker'), ...stopped, mayMount: false },
      [join],
    ],
    ['its group has another name', socket('engine'), [`${usermod} engine anna`]],
    [
      'its user has not logged in again',
      { ...socket('docker'), user: { name: 'anna', groups: ['docker'] } },
      ['login: anna docker'],
    ],
    [
      'its group has no name here',
      socket(undefined, 4444),
      [
        'you: sudo groupadd --gid 4444 docker-socket',
        `you: ${usermod} docker-socket anna`,
        'you: newgrp docker-socket',
      ],
    ],
    [
      'it is root’s alone',
      socket('root', 0),
      [
        'you: sudo groupadd -f docker',
        `you: ${usermod} docker anna`,
        'you: sudo chgrp docker /var/run/docker.sock',
        'you: newgrp docker',
      ],
    ],
    [
      'its user has no name here',
      { ...socket('docker'), user: undefined },
      ['you: ls -l /var/run/docker.sock', 'you: # start ai as a user who may write there'],
    ],
  ])('%s', (_what, facts, lines) => {
    expect(decided(facts)).toEqual(lines);
  });
});

describe('elsewhere the user is told', () => {
  const all = (...lines: string[]): string[] => lines.map((line) => `you: ${line}`);
  it.each<[what: string, facts: Partial<SetupFacts>, lines: string[]]>([
    [
      'Fedora',
      { ...system('fedora'), ...annas },
      all('sudo dnf install -y moby-engine', `sudo ${bySystemd}`, join),
    ],
    [
      'Rocky',
      { ...system('rocky', 'rhel', 'centos', 'fedora'), ...annas },
      all('sudo dnf install -y podman', 'systemctl --user enable --now podman.socket'),
    ],
    [
      'Rocky as root',
      system('rocky', 'rhel', 'centos', 'fedora'),
      all('dnf install -y podman', 'systemctl enable --now podman.socket'),
    ],
    [
      'Silverblue',
      { ...system('fedora'), ...annas, ostree: true },
      all('systemctl --user enable --now podman.socket'),
    ],
    [
      'Amazon Linux',
      { ...system('amzn', 'fedora'), ...annas },
      all('sudo yum install -y docker', `sudo ${bySystemd}`, join),
    ],
    [
      'Arch',
      { ...system('arch'), ...annas },
      all('sudo pacman -S --needed docker', `sudo ${bySystemd}`, join),
    ],
    [
      'Manjaro',
      { ...system('manjaro', 'arch'), ...annas },
      all('sudo pacman -S --needed docker', `sudo ${bySystemd}`, join),
    ],
    [
      'Alpine',
      { ...system('alpine'), ...annas, init: 'openrc' },
      all(
        'sudo apk add docker',
        'sudo rc-update add docker default',
        'sudo rc-service docker start',
        'sudo addgroup anna docker',
      ),
    ],
    [
      'Tumbleweed as root',
      system('opensuse-tumbleweed', 'opensuse', 'suse'),
      all('zypper install -y docker', bySystemd),
    ],
    [
      'Gentoo',
      { ...system('gentoo'), init: 'openrc' },
      all(
        'emerge --ask app-containers/docker',
        'rc-update add docker default',
        'rc-service docker start',
      ),
    ],
    [
      'Void',
      { ...system('void'), init: 'none' },
      all('xbps-install -S docker', 'ln -s /etc/sv/docker /var/service/'),
    ],
    [
      'NixOS',
      { ...system('nixos'), ...annas },
      all(
        '# in /etc/nixos/configuration.nix:',
        'virtualisation.docker.enable = true;',
        'users.users.anna.extraGroups = [ "docker" ];',
        '# then:',
        'sudo nixos-rebuild switch',
      ),
    ],
    [
      'an unknown one',
      system('plan9'),
      all(
        '# install Docker Engine or Podman with the packages of this system, start it, then:',
        'ai setup',
      ),
    ],
    [
      'Debian without apt',
      { programs: [] },
      all(
        '# install Docker Engine or Podman with the packages of this system, start it, then:',
        'ai setup',
      ),
    ],
    [
      'WSL without systemd',
      { wsl: true, ...annas },
      all(
        String.raw`printf '[boot]\nsystemd=true\n' | sudo tee -a /etc/wsl.conf`,
        '# then, in Windows:',
        'wsl.exe --shutdown',
        '# and here again:',
        'ai setup',
      ),
    ],
    [
      'a container without rights',
      { container: true, mayMount: false },
      all(
        '# give it the engine outside:',
        'docker run -v /var/run/docker.sock:/var/run/docker.sock …',
        '# or let it run one of its own:',
        'docker run --privileged …',
      ),
    ],
    [
      'Windows',
      { platform: 'win32', system: { ids: [], name: 'win32' } },
      all('# use Linux, macOS, or Windows with WSL 2'),
    ],
    [
      'a Mac without any',
      mac,
      all('# install Docker Desktop, OrbStack or Colima, then:', 'ai setup'),
    ],
    [
      'a Mac with Homebrew',
      { ...mac, programs: ['brew'] },
      all(
        'brew install colima docker',
        'colima start',
        '# or with a window: Docker Desktop, OrbStack',
      ),
    ],
    [
      'a Mac with another’s context',
      { ...mac, macApps: ['colima'], context: 'desktop-linux' },
      all('docker context ls', 'docker context use default'),
    ],
  ])('%s', (_what, facts, lines) => {
    expect(decided(facts)).toEqual(lines);
  });
});

describe('on a Mac', () => {
  it.each<[installed: MacApp[], context: string | undefined, command: string]>([
    [['desktop', 'colima'], undefined, 'open -a Docker'],
    [['desktop', 'colima'], 'colima', 'colima start'],
    [['orbstack'], undefined, 'open -a OrbStack'],
    [['desktop', 'orbstack'], 'orbstack', 'open -a OrbStack'],
    [['colima'], 'default', 'colima start'],
    [['rancher'], undefined, "open -a 'Rancher Desktop'"],
  ])('%s, context %s: %s', (macApps, context, command) => {
    expect(decided({ ...mac, macApps, ...(context !== undefined && { context }) })).toEqual([
      command,
    ]);
  });

  it('waits longer, where that make listens', () => {
    const decision = decide({ ...bareDebian, ...mac, macApps: ['orbstack'] });
    expect(decision).toMatchObject({
      work: {
        asRoot: false,
        wait: { socket: '/Users/anna/.orbstack/run/docker.sock', seconds: 180 },
      },
    });
  });

  it('chooses none for a context that is nobody’s', () => {
    expect(chooseMacApp(['desktop'], 'work')).toBeUndefined();
  });
});

describe('the work', () => {
  const workOf = (different: Partial<SetupFacts>) => {
    const decision = decide({ ...bareDebian, ...different });
    if (decision.kind !== 'work') throw new Error(decision.kind);
    return decision.work;
  };

  it('says what is missing', () => {
    expect(workOf({}).missing).toBe(
      'there is no Docker Engine on this machine (Debian GNU/Linux 12)',
    );
    expect(workOf(stopped).missing).toBe('Docker Engine is installed, but does not run');
    expect(workOf(forbidden).missing).toBe('anna may not use the engine at /var/run/docker.sock');
    for (const elsewhere of [{}, stopped])
      expect(workOf({ ...elsewhere, dockerdElsewhere: true }).missing).toMatch(
        /^Docker Engine runs, but not at \/var\/run\/docker\.sock .*--host/,
      );
  });

  it('waits a short time only for what it has not started itself, and says what then helps', () => {
    const { missing, wait } = workOf({ dockerd: 'running' });
    expect(missing).toBe('Docker Engine runs, but does not answer at /var/run/docker.sock');
    expect(wait).toMatchObject({ seconds: 20, hint: expect.stringContaining('--host') as string });
    expect(workOf(stopped).wait).toEqual({ socket: '/var/run/docker.sock', seconds: 60 });
  });

  it('lets Ctrl-C stop everything but dpkg', () => {
    const touchable = workOf(annas).steps.filter((step) => !('untouchable' in step));
    expect(touchable.map(({ title }) => title)).toEqual([
      'reading the lists of packages',
      'downloading docker.io, iptables, ca-certificates',
      'starting the engine',
      'adding anna to the group docker',
    ]);
  });
});
