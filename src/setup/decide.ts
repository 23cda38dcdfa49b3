// Decides how a machine comes to a running engine: the steps where `ai` can take them, else what its user has to do.

import type { ForbiddenSocket, SetupFacts } from './facts.ts';
import { instructionsFor } from './instructions.ts';
import { chooseMacApp, macEngines, type MacApp } from './mac-apps.ts';
import type { Membership, Step, Work } from './work.ts';

export type Decision =
  | { kind: 'work'; work: Work }
  /** The engine runs and the user is in its group: only this session does not know yet. */
  | ({ kind: 'login'; socket: string } & Membership)
  | { kind: 'instructions'; why: string; commands: readonly string[] };

const socket = '/var/run/docker.sock';
const log = '/var/log/dockerd.log';
const startTime = 60;
/** For one that was started before `ai` was: it answers soon, or listens somewhere else. */
const answerTime = 20;
/** Virtual machines start, some download their system first. */
const macStartTime = 180;

export function decide(facts: SetupFacts): Decision {
  if (facts.platform === 'darwin') return decideForMac(facts);
  if (facts.platform !== 'linux') return instructionsFor(facts);
  const { dockerd, dockerdElsewhere, mayMount, wsl, init, system } = facts;
  // Unless it is what one that has ended left behind: somebody listens there, wherever it runs and whatever may run here.
  const isLeft = dockerd === 'stopped' && !dockerdElsewhere && mayMount;
  if (facts.forbidden && !isLeft) return decideForbidden(facts, facts.forbidden);
  if (!mayMount) return instructionsFor(facts);
  const joins = membership(facts, 'docker');
  const wait = { socket, seconds: startTime };
  // It is only waited for.
  if (dockerd === 'running')
    return linuxWork(`Docker Engine runs, but does not answer at ${socket}`, [], joins, {
      ...wait,
      seconds: answerTime,
      hint: 'pgrep -a dockerd  shows how it was started; ai --host ENDPOINT  uses it where it listens',
    });
  const elsewhere = `Docker Engine runs, but not at ${socket} (ai --host ENDPOINT uses it where it listens)`;
  if (dockerd === 'stopped') {
    const missing = dockerdElsewhere ? elsewhere : 'Docker Engine is installed, but does not run';
    return linuxWork(missing, [startStep(facts)], joins, wait);
  }
  if (!isDebian(facts) || (wsl && init === 'none')) return instructionsFor(facts);
  const none = `there is no Docker Engine on this machine (${system.name})`;
  const installs = packagesFor(facts);
  const steps = [...aptSteps(installs), startStep(facts)];
  return linuxWork(dockerdElsewhere ? elsewhere : none, steps, joins, wait, installs);
}

function decideForbidden(facts: SetupFacts, { path, gid, group }: ForbiddenSocket): Decision {
  const { user } = facts;
  // A socket of root's own group is root's; one of a group without a name comes from another system.
  if (user === undefined || group === undefined || gid === 0) return instructionsFor(facts);
  const joins = membership(facts, group);
  if (joins === undefined) return { kind: 'login', user: user.name, group, socket: path };
  const missing = `${user.name} may not use the engine at ${path}`;
  return linuxWork(missing, [], joins, { socket: path, seconds: answerTime });
}

function linuxWork(
  missing: string,
  steps: readonly Step[],
  joins: Membership | undefined,
  wait: Work['wait'],
  installs: readonly string[] = [],
): Decision {
  const work = { missing, asRoot: true, installs, wait };
  return {
    kind: 'work',
    work:
      joins === undefined
        ? { ...work, steps }
        : { ...work, steps: [...steps, joinStep(joins)], joins },
  };
}

const isDebian = ({ system, programs }: SetupFacts): boolean =>
  system.ids.some((id) => id === 'debian' || id === 'ubuntu') && programs.includes('apt-get');

/** Without what they recommend (git, needrestart, …), but with what an engine needs to pull over TLS and to confine. */
const packagesFor = ({ appArmor }: SetupFacts): readonly string[] => [
  'docker.io',
  'iptables',
  'ca-certificates',
  ...(appArmor ? ['apparmor'] : []),
];

/** The download is a step of its own: it can be interrupted, dpkg at work must not be. */
function aptSteps(packages: readonly string[]): readonly Step[] {
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '--no-install-recommends'];
  // A configuration that somebody left behind is theirs.
  const keep = ['-o', 'Dpkg::Options::=--force-confold'];
  return [
    {
      kind: 'command',
      title: 'reading the lists of packages',
      argv: ['apt-get', 'update'],
      mayFail: true,
      waitsForLock: true,
    },
    {
      kind: 'command',
      title: `downloading ${packages.join(', ')}`,
      argv: ['apt-get', ...install, '--download-only', ...packages],
      environment,
      waitsForLock: true,
    },
    {
      kind: 'command',
      title: `installing ${packages.join(', ')}`,
      argv: ['apt-get', ...keep, ...install, ...packages],
      environment,
      untouchable: true,
      waitsForLock: true,
    },
  ];
}

function startStep({ init }: SetupFacts): Step {
  const title = 'starting the engine';
  if (init === 'systemd')
    return {
      kind: 'command',
      title,
      argv: ['systemctl', 'enable', '--now', 'docker'],
      explain: ['journalctl', '--no-pager', '-n', '15', '-o', 'cat', '-u', 'docker'],
    };
  return init === 'openrc'
    ? { kind: 'command', title, argv: ['rc-service', 'docker', 'start'] }
    : { kind: 'daemon', title, argv: ['dockerd'], log };
}

/** Undefined for whoever needs none: root, and who is a member already. */
const membership = ({ user }: SetupFacts, group: string): Membership | undefined =>
  user === undefined || user.groups.includes(group) ? undefined : { user: user.name, group };

const joinStep = ({ user, group }: Membership): Step => ({
  kind: 'command',
  title: `adding ${user} to the group ${group}`,
  argv: ['usermod', '-aG', group, user],
});

function decideForMac(facts: SetupFacts): Decision {
  const app = chooseMacApp(facts.macApps, facts.context);
  return app === undefined ? instructionsFor(facts) : { kind: 'work', work: macWork(app, facts) };
}

function macWork(app: MacApp, { home }: SetupFacts): Work {
  const { name, start, socket: below, hint } = macEngines[app];
  return {
    missing: `${name} is installed, but does not run`,
    steps: [{ kind: 'command', title: `starting ${name}`, argv: start }],
    asRoot: false,
    installs: [],
    wait: { socket: `${home}/${below}`, seconds: macStartTime, hint },
  };
}
