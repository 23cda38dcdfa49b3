// Looks at this machine for setting up an engine: what system it is, what is installed and running, what the user may.

import { existsSync, readdirSync, statSync, type Stats } from 'node:fs';
import os from 'node:os';
import { path } from '../base/path.ts';
import { readRegularFile, readTextIfThere } from '../host/files.ts';
import { isInstalled, runCommand, withSystemPath } from '../host/command.ts';
import type { ForbiddenSocket, SetupFacts } from './facts.ts';
import { macApps, macEngines, type MacApp } from './mac-apps.ts';
import type { Environment } from './step-environment.ts';

export interface LookInput {
  environment: Environment;
  home: string;
  uid: number;
  /** The socket that this user may not use, where that is what stands in the way. */
  forbidden: string | undefined;
  /** The docker context that is chosen, if one is. */
  context: string | undefined;
  platform: NodeJS.Platform;
  /** Where the system's files are looked for. */
  root?: string;
}

export async function look(input: LookInput): Promise<SetupFacts> {
  const { platform, uid, home, root = '/', context } = input;
  const environment = withSystemPath(input.environment);
  const at = (file: string): string => path.join(root, file);
  const has = (program: string): boolean => isInstalled(program, environment);
  const user = await readUser(input);
  const dockerds = processesOf('dockerd', at('proc'));
  const usual = readTextIfThere(at('var/run/docker.pid'))?.trim() ?? '';
  return {
    platform,
    system: readSystem(at('etc/os-release'), platform),
    init: existsSync(at('run/systemd/system'))
      ? 'systemd'
      : existsSync(at('run/openrc')) && has('rc-service')
        ? 'openrc'
        : 'none',
    wsl: /microsoft/i.test(readTextIfThere(at('proc/sys/kernel/osrelease')) ?? ''),
    ostree: existsSync(at('run/ostree-booted')),
    container: existsSync(at('.dockerenv')) || existsSync(at('run/.containerenv')),
    mayMount: platform !== 'linux' || mayMount(readTextIfThere(at('proc/self/status')) ?? ''),
    appArmor:
      readTextIfThere(at('sys/module/apparmor/parameters/enabled'))?.startsWith('Y') ?? false,
    programs: ['apt-get', 'brew'].filter(has),
    dockerd: dockerds.has(usual) ? 'running' : has('dockerd') ? 'stopped' : 'missing',
    dockerdElsewhere: [...dockerds].some(
      ([id, owner]) => id !== usual && (owner === 0 || owner === uid),
    ),
    forbidden: readSocket(input.forbidden, at('etc/group')),
    // Sudo does nothing for a user without a name.
    root: uid === 0 ? 'self' : user !== undefined && has('sudo') ? 'sudo' : 'none',
    user,
    home,
    macApps: platform === 'darwin' ? macApps.filter((app) => isThere(app, [root, home], has)) : [],
    context,
  };
}

/** os-release(5): `NAME=value`, quoted or not. */
function readSystem(file: string, platform: string): SetupFacts['system'] {
  const text = readTextIfThere(file) ?? '';
  const field = (name: string): string =>
    new RegExp(`^${name}=["']?(.*?)["']?$`, 'm').exec(text)?.[1] ?? '';
  const ids = [field('ID'), ...field('ID_LIKE').split(/\s+/)].filter((id) => id !== '');
  // Without the name of the release: “Debian GNU/Linux 12” is said more easily than PRETTY_NAME.
  const name = [field('NAME'), field('VERSION_ID')].filter((text) => text !== '').join(' ');
  return { ids, name: name || platform };
}

/** CAP_SYS_ADMIN is in the set that even root cannot get out of (capabilities(7)). */
function mayMount(status: string): boolean {
  const set = /^CapBnd:\s*([0-9a-f]+)/m.exec(status)?.[1];
  return set === undefined || ((BigInt(`0x${set}`) >> 21n) & 1n) === 1n;
}

/** The live processes of a program: their ids, and the user that each runs as. */
function processesOf(program: string, proc: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const id of namesIn(proc)) {
    if (!/^\d+$/.test(id)) continue;
    if (readRegularFile(path.join(proc, id, 'comm'))?.trim() !== program) continue;
    const status = readRegularFile(path.join(proc, id, 'status')) ?? '';
    // Z: dead, and nobody has taken note of it yet.
    if (!/^State:\s*Z/m.test(status)) found.set(id, Number(/^Uid:\s*(\d+)/m.exec(status)?.[1]));
  }
  return found;
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Podman's sockets are for root or for one user alone: joining a group brings nobody there. */
function readSocket(file: string | undefined, groups: string): ForbiddenSocket | undefined {
  const stats = file === undefined || file.includes('podman') ? undefined : statOf(file);
  if (file === undefined || stats === undefined) return undefined;
  const { gid } = stats;
  const line = new RegExp(`^([^:\\n]+):[^:\\n]*:${gid}:`, 'm');
  return { path: file, gid, group: line.exec(readTextIfThere(groups) ?? '')?.[1] };
}

function statOf(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}

/** Who started this: the user of the process, or who became root by sudo. */
async function readUser({ environment, uid }: LookInput): Promise<SetupFacts['user']> {
  const name = uid === 0 ? environment['SUDO_USER'] : nameOfProcess();
  if (name === undefined || name === 'root') return undefined;
  // By name, so that memberships count which this session does not know of yet.
  const { ok, output } = await runCommand(['id', '-Gn', '--', name], {
    environment: withSystemPath(environment),
    cwd: '/',
  });
  return { name, groups: ok ? output.trim().split(/\s+/) : [] };
}

/** Undefined for a user id that is in no list of users, as in containers that are started with any number. */
function nameOfProcess(): string | undefined {
  try {
    return os.userInfo().username;
  } catch {
    return undefined;
  }
}

function isThere(
  app: MacApp,
  [root, home]: readonly [string, string],
  has: (program: string) => boolean,
): boolean {
  const engine = macEngines[app];
  if ('program' in engine) return has(engine.program);
  return [path.join(root, 'Applications'), path.join(home, 'Applications')].some((directory) =>
    existsSync(path.join(directory, engine.application)),
  );
}
