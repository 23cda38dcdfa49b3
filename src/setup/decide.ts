// Decides how a machine comes to a running engine: the steps where `ai` can take them, else what its user has to do.

import type { SetupFacts } from './facts.ts';
import { instructionsFor } from './instructions.ts';
import { chooseMacApp, macEngines, type MacApp } from './mac-apps.ts';
import type { Step, Work } from './work.ts';

export type Decision =
  | { kind: 'work'; work: Work }
  /** The engine runs and the user is in its group: only this session does not know yet. */
  | { kind: 'login'; user: string }
  | { kind: 'instructions'; why: string; commands: readonly string[] };

const socket = '/var/run/docker.sock';
const log = '/var/log/dockerd.log';
const startTime = 60;
/** Virtual machines start, some download their system first. */
const macStartTime = 180;

export function decide(facts: SetupFacts): Decision {
  if (facts.platform === 'darwin') return decideForMac(facts);
  if (facts.platform !== 'linux') return instructionsFor(facts);
  const { user, dockerd } = facts;
  const join = joinSteps(facts);
  if (facts.engine === 'forbidden' && dockerd === 'running' && user !== undefined)
    return user.inDockerGroup
      ? { kind: 'login', user: user.name }
      : linuxWork(facts, `${user.name} may not use the engine at ${socket}`, join);
  if (!facts.mayMount) return instructionsFor(facts);
  if (dockerd === 'missing') {
    if (!isDebian(facts) || (facts.wsl && facts.init === 'none')) return instructionsFor(facts);
    const steps = [...aptSteps(packagesFor(facts)), startStep(facts), ...join];
    return linuxWork(
      facts,
      `there is no Docker Engine on this machine (${facts.system.name})`,
      steps,
    );
  }
  // One that runs and does not answer yet is only waited for.
  const start = dockerd === 'running' ? [] : [startStep(facts)];
  return linuxWork(facts, 'Docker Engine is installed, but does not run', [...start, ...join]);
}

function linuxWork(facts: SetupFacts, missing: string, steps: readonly Step[]): Decision {
  const joins = joinSteps(facts).length > 0 ? facts.user?.name : undefined;
  const work: Work = {
    missing,
    steps,
    asRoot: true,
    installs: facts.dockerd === 'missing' ? packagesFor(facts) : [],
    ...(joins !== undefined && { joins }),
    wait: { socket, seconds: startTime },
  };
  return { kind: 'work', work };
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

const joinSteps = ({ user }: SetupFacts): readonly Step[] =>
  user === undefined || user.inDockerGroup
    ? []
    : [
        {
          kind: 'command',
          title: `adding ${user.name} to the group docker`,
          argv: ['usermod', '-aG', 'docker', user.name],
        },
      ];

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
