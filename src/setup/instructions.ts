// Where `ai` does not set up an engine itself: why, and the commands of that system that bring one.

import { quoteForShell } from '../base/quote.ts';
import type { ForbiddenSocket, SetupFacts } from './facts.ts';
import { families, podmanSocket } from './families.ts';

interface Instructions {
  kind: 'instructions';
  /** A sentence without a full stop. */
  why: string;
  /** Commands to copy; a line that begins with # is a word between them. */
  commands: readonly string[];
}

/** What to do on this machine. */
export function instructionsFor(facts: SetupFacts): Instructions {
  const { commands, why } = instructionsOf(facts);
  return {
    kind: 'instructions',
    why:
      why ?? `there is no engine here, and on ${facts.system.name} ai leaves installing it to you`,
    commands,
  };
}

type Found = Pick<Instructions, 'commands'> & { why?: string };

function instructionsOf(facts: SetupFacts): Found {
  const { platform, system, root, wsl, init, ostree } = facts;
  if (platform === 'darwin') return forMac(facts);
  if (platform !== 'linux')
    return {
      why: `an engine for ${system.name} cannot be set up from here`,
      commands: ['# use Linux, macOS, or Windows with WSL 2'],
    };
  if (facts.forbidden) return forForbidden(facts, facts.forbidden);
  if (!facts.mayMount)
    return {
      why: `this ${facts.container ? 'container' : 'machine'} may not mount, and without that no engine runs in it`,
      commands: [
        '# give it the engine outside:',
        'docker run -v /var/run/docker.sock:/var/run/docker.sock …',
        '# or let it run one of its own:',
        'docker run --privileged …',
      ],
    };
  const sudo = root === 'self' ? '' : 'sudo ';
  if (wsl && init === 'none')
    return {
      why: 'this WSL has no systemd, and an engine in it would end with its last window',
      commands: [
        `printf '[boot]\\nsystemd=true\\n' | ${sudo}tee -a /etc/wsl.conf`,
        '# then, in Windows:',
        'wsl.exe --shutdown',
        '# and here again:',
        'ai setup',
      ],
    };
  if (ostree) return { commands: [podmanSocket(sudo)] };
  const family = families.find(({ ids }) => ids.some((id) => system.ids.includes(id)));
  return {
    commands: family?.commands({ sudo, init, user: facts.user?.name }) ?? [
      '# install Docker Engine or Podman with the packages of this system, start it, then:',
      'ai setup',
    ],
  };
}

/** A socket that no group of this system's own is for: a way to give it one. */
function forForbidden({ user, root }: SetupFacts, { path, gid, group }: ForbiddenSocket): Found {
  const socket = quoteForShell(path);
  const why = `${user?.name ?? 'a user without a name on this machine'} may not use the engine at ${path}`;
  if (user === undefined)
    return { why, commands: [`ls -l ${socket}`, '# start ai as a user who may write there'] };
  const sudo = root === 'sudo' ? 'sudo ' : '';
  const name = gid === 0 ? 'docker' : (group ?? 'docker-socket');
  return {
    why,
    commands: [
      ...(root === 'none' ? ['# as root:'] : []),
      gid === 0 ? `${sudo}groupadd -f ${name}` : `${sudo}groupadd --gid ${gid} ${name}`,
      `${sudo}usermod -aG ${name} ${quoteForShell(user.name)}`,
      ...(gid === 0 ? [`${sudo}chgrp ${name} ${socket}`] : []),
      `newgrp ${name}`,
    ],
  };
}

function forMac({ macApps, context, programs }: SetupFacts): Found {
  if (macApps.length > 0)
    return {
      why: `docker’s context ${context ?? ''} is chosen, and no engine of this Mac belongs to it`,
      commands: ['docker context ls', 'docker context use default'],
    };
  return {
    why: 'there is no engine on this Mac',
    commands: programs.includes('brew')
      ? [
          'brew install colima docker',
          'colima start',
          '# or with a window: Docker Desktop, OrbStack',
        ]
      : ['# install Docker Desktop, OrbStack or Colima, then:', 'ai setup'],
  };
}
