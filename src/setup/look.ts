// Looks at this machine for setting up an engine: what system it is, what is installed and running, what the user may.

import { existsSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readRegularFile, readTextIfThere } from '../host/files.ts';
import { isInstalled, runCommand, withSystemPath } from '../host/command.ts';
import type { SetupFacts } from './facts.ts';
import { macApps, macEngines, type MacApp } from './mac-apps.ts';
import type { Environment } from './step-environment.ts';

export interface LookInput {
  environment: Environment;
  home: string;
  uid: number;
  engine: SetupFacts['engine'];
  /** The docker context that is chosen, if one is. */
  context: string | undefined;
  platform: NodeJS.Platform;
  /** Where the system's files are looked for. */
  root?: string;
}

export async function look(input: LookInput): Promise<SetupFacts> {
  const { platform, uid, home, root = '/', engine, context } = input;
  const environment = withSystemPath(input.environment);
  const at = (file: string): string => path.join(root, file);
  const has = (program: string): boolean => isInstalled(program, environment);
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
    dockerd: runs('dockerd', at('proc')) ? 'running' : has('dockerd') ? 'stopped' : 'missing',
    engine,
    root: uid === 0 ? 'self' : has('sudo') ? 'sudo' : 'none',
    user: await readUser(input),
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

/** True if a program of that name runs. */
function runs(program: string, proc: string): boolean {
  try {
    return readdirSync(proc).some(
      (name) =>
        /^\d+$/.test(name) &&
        readRegularFile(path.join(proc, name, 'comm'))?.trim() === program &&
        // Dead, and nobody has taken note of it yet.
        !/^State:\s*Z/m.test(readRegularFile(path.join(proc, name, 'status')) ?? ''),
    );
  } catch {
    return false;
  }
}

/** Who started this: the user of the process, or who became root by sudo. */
async function readUser({ environment, uid }: LookInput): Promise<SetupFacts['user']> {
  const name = uid === 0 ? environment['SUDO_USER'] : os.userInfo().username;
  if (name === undefined || name === 'root') return undefined;
  // By name, so that memberships count which this session does not know of yet.
  const { output } = await runCommand(['id', '-Gn', '--', name], {
    environment: withSystemPath(environment),
    cwd: '/',
  });
  return { name, inDockerGroup: output.split(/\s+/).includes('docker') };
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
