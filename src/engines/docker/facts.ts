// What a plan has to know of an engine before anything is created: its make, and whether it runs as a user. The usual one,
// whose socket is root's, is not asked.

import { existsSync, realpathSync, statSync } from 'node:fs';
import type { EngineFacts } from '../../plan/facts.ts';
import { Connection, type EngineResponse } from './connection.ts';
import { dialer, type Endpoint } from './endpoint.ts';

/** What is looked up of the machine; tests say it otherwise. */
export interface Machine {
  platform: NodeJS.Platform;
  /** True where the kernel's cgroups are of version 2 only: there a user's engine can hold limits. */
  cgroupsOfUsers: () => boolean;
  /** The socket itself, where the path leads to it, and whose it is. */
  socketAt: (path: string) => { path: string; owner: number } | undefined;
}

const thisMachine: Machine = {
  platform: process.platform,
  cgroupsOfUsers: () => existsSync('/sys/fs/cgroup/cgroup.controllers'),
  socketAt,
};

const usual: EngineFacts = { make: 'docker', rootless: false, limits: true };

/** An engine that does not answer passes for the usual one: the first real call says what is wrong. */
export async function readEngineFacts(
  endpoint: Endpoint | undefined,
  machine: Machine = thisMachine,
): Promise<EngineFacts> {
  if (endpoint === undefined || !isWorthAsking(endpoint, machine)) return usual;
  const connection = new Connection(dialer(endpoint));
  try {
    const ping = await connection.request('GET', '/_ping');
    return isPodman(ping)
      ? await factsOfPodman(connection, endpoint, machine)
      : factsFromInfo('docker', await readInfo(connection));
  } catch {
    return usual;
  } finally {
    connection.close();
  }
}

/** Engines that run as root have root's socket; those in a virtual machine have root of their own. */
function isWorthAsking(endpoint: Endpoint, machine: Machine): boolean {
  if (endpoint.kind === 'tcp') return /^(localhost|127\..*|::1)$/.test(endpoint.host);
  const socket = machine.socketAt(endpoint.path);
  if (socket === undefined || isOfVirtualMachine(socket.path)) return false;
  return socket.owner !== 0 || looksLikePodman(socket.path);
}

/** Docker Desktop, OrbStack, Colima, Lima, Rancher Desktop. Podman's machine is asked: it shares files in Podman's way. */
const isOfVirtualMachine = (path: string): boolean =>
  /\/\.(docker|orbstack|colima|rd|lima)\//.test(path) && !looksLikePodman(path);

const looksLikePodman = (path: string): boolean => path.includes('podman');

/** `docker.sock` may be a link to Podman's (package podman-docker). */
function socketAt(path: string): { path: string; owner: number } | undefined {
  try {
    const real = realpathSync(path);
    return { path: real, owner: statSync(real).uid };
  } catch {
    return undefined;
  }
}

const isPodman = ({ headers }: EngineResponse): boolean =>
  headers['libpod-api-version'] !== undefined || headers['server']?.includes('Libpod') === true;

/** Podman takes 200 ms for `/info`: where the socket says it all, it is spared. */
async function factsOfPodman(
  connection: Connection,
  endpoint: Endpoint,
  { platform, cgroupsOfUsers, socketAt: look }: Machine,
): Promise<EngineFacts> {
  const socket = endpoint.kind === 'unix' ? look(endpoint.path) : undefined;
  if (platform !== 'linux' || socket === undefined || socket.path.includes('/machine/'))
    return factsFromInfo('podman', await readInfo(connection));
  const rootless = socket.owner !== 0;
  return { make: 'podman', rootless, limits: !rootless || cgroupsOfUsers() };
}

interface Info {
  SecurityOptions?: readonly string[];
  /** Podman's, beside what Docker has. */
  Rootless?: boolean;
  CgroupVersion?: string;
  MemoryLimit?: boolean;
  PidsLimit?: boolean;
}

async function readInfo(connection: Connection): Promise<Info> {
  return JSON.parse((await connection.request('GET', '/info')).body) as Info;
}

/** Docker says honestly what it can limit; Podman 4 says that it can even where it does not (rootless, cgroup v1). */
function factsFromInfo(make: EngineFacts['make'], info: Info): EngineFacts {
  const named = (info.SecurityOptions ?? []).some((option) => option.startsWith('name=rootless'));
  const rootless = named || info.Rootless === true;
  const limits = info.MemoryLimit !== false && info.PidsLimit !== false;
  return { make, rootless, limits: limits && !(rootless && info.CgroupVersion === '1') };
}
