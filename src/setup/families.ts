// How each family of Linux brings an engine: the commands of its own package manager and init.

import { quoteForShell } from '../base/quote.ts';
import type { SetupFacts } from './facts.ts';

export interface Family {
  /** Of os-release: any of ID and ID_LIKE. The first family that fits is taken. */
  ids: readonly string[];
  commands: (who: Who) => readonly string[];
}

interface Who {
  /** `sudo ` for whoever is not root. */
  sudo: string;
  init: SetupFacts['init'];
  /** Who is to use the engine, where that is not root. */
  user: string | undefined;
}

/** Root's own Podman, or one of the user's. */
export const podmanSocket = (sudo: string): string =>
  `systemctl ${sudo === '' ? '' : '--user '}enable --now podman.socket`;

export const families: readonly Family[] = [
  {
    ids: ['nixos'],
    commands: ({ sudo, user }) => [
      '# in /etc/nixos/configuration.nix:',
      'virtualisation.docker.enable = true;',
      ...(user === undefined ? [] : [`users.users.${user}.extraGroups = [ "docker" ];`]),
      '# then:',
      `${sudo}nixos-rebuild switch`,
    ],
  },
  { ids: ['amzn'], commands: (who) => withSystemd(who, 'yum install -y docker') },
  // They have Podman, and no Docker of their own.
  {
    ids: ['rhel', 'centos', 'rocky', 'almalinux', 'ol'],
    commands: ({ sudo }) => [`${sudo}dnf install -y podman`, podmanSocket(sudo)],
  },
  { ids: ['fedora'], commands: (who) => withSystemd(who, 'dnf install -y moby-engine') },
  { ids: ['arch'], commands: (who) => withSystemd(who, 'pacman -S --needed docker') },
  {
    ids: ['alpine'],
    commands: ({ sudo, user }) => [
      `${sudo}apk add docker`,
      ...openrc(sudo),
      ...(user === undefined ? [] : [`${sudo}addgroup ${quoteForShell(user)} docker`]),
    ],
  },
  { ids: ['suse', 'opensuse'], commands: (who) => withSystemd(who, 'zypper install -y docker') },
  {
    ids: ['gentoo'],
    commands: (who) => {
      const install = 'emerge --ask app-containers/docker';
      return who.init === 'systemd'
        ? withSystemd(who, install)
        : [`${who.sudo}${install}`, ...openrc(who.sudo), ...join(who)];
    },
  },
  {
    ids: ['void'],
    commands: (who) => [
      `${who.sudo}xbps-install -S docker`,
      `${who.sudo}ln -s /etc/sv/docker /var/service/`,
      ...join(who),
    ],
  },
];

const withSystemd = (who: Who, install: string): readonly string[] => [
  `${who.sudo}${install}`,
  `${who.sudo}systemctl enable --now docker`,
  ...join(who),
];

const openrc = (sudo: string): readonly string[] => [
  `${sudo}rc-update add docker default`,
  `${sudo}rc-service docker start`,
];

const join = ({ sudo, user }: Who): readonly string[] =>
  user === undefined ? [] : [`${sudo}usermod -aG docker ${quoteForShell(user)}`];
