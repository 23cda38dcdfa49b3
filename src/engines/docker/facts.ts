// What a plan has to know of an engine before anything is created: its make, whether it runs as a user, and whether in a
// virtual machine. The usual one, whose socket is root's, is not asked.

import { realpathSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { readTextIfThere } from '../../host/files.ts';
import type { EngineFacts } from '../../plan/facts.ts';
import { Connection, type EngineResponse } from './connection.ts';
import { dialer } from './dial.ts';
import type { Endpoint } from './endpoint.ts';
import { silent, unreachable } from './unreachable.ts';

/** What is looked up of the machine; tests say it otherwise. */
export interface Machine {
  platform: NodeJS.Platform;
  /** What of cgroups of version 2 systemd has delegated to that user, as `cpu memory pids`. */
  controllersOf: (uid: number) => string;
  /** The socket itself, where the path leads to it, and whose it is. */
  socketAt: (path: string) => { path: string; owner: number } | undefined;
  /** Bytes. */
  memory: () => number;
}

const thisMachine: Machine = {
  platform: process.platform,
  controllersOf: (uid) =>
    readTextIfThere(
      `/sys/fs/cgroup/user.slice/user-${uid}.slice/user@${uid}.service/cgroup.controllers`,
    ) ?? '',
  socketAt,
  memory: totalmem,
};

const usual = { make: 'docker', rootless: false, limits: true, cpu: true } as const;

/** Milliseconds that an engine has for its answers. */
const patience = 5000;

/**
 * An engine that is not there or breaks off passes for the usual one: the first real call says what is wrong.
 * @throws AiError AI_ENGINE_UNREACHABLE where one takes the connection and stays silent: no later call would end
 */
export async function readEngineFacts(
  endpoint: Endpoint | undefined,
  machine: Machine = thisMachine,
  limit = patience,
): Promise<EngineFacts> {
  const sharesSockets = mayShareSockets(endpoint, machine);
  // What shares sockets with this machine runs on it.
  const asFound = { ...usual, ...(sharesSockets && { memory: machine.memory() }), sharesSockets };
  if (endpoint === undefined || !isWorthAsking(endpoint, machine)) return asFound;
  const connection = new Connection(dialer(endpoint));
  const signal = AbortSignal.timeout(limit);
  try {
    const ping = await connection.request('GET', '/_ping', { signal });
    const facts = isPodman(ping)
      ? await factsOfPodman(connection, { endpoint, machine, signal })
      : factsFromInfo('docker', await readInfo(connection, signal));
    return { ...facts, sharesSockets: facts.sharesSockets && sharesSockets };
  } catch {
    if (signal.aborted) throw unreachable(endpoint, silent());
    return asFound;
  } finally {
    connection.close();
  }
}

/** Engines that run as root have root's socket; those in a virtual machine have root of their own. */
function isWorthAsking(endpoint: Endpoint, machine: Machine): boolean {
  if (endpoint.kind === 'tcp') return isLocal(endpoint.host);
  const socket = machine.socketAt(endpoint.path);
  if (socket === undefined || isOfVirtualMachine(socket.path, machine.platform)) return false;
  return socket.owner !== 0 || looksLikePodman(socket.path);
}

/**
 * Docker Desktop, OrbStack, Colima, Lima, Rancher Desktop. Podman's machine is asked: it shares files in Podman's way.
 * On Linux `~/.docker/run` is rootless Docker's, where it has no runtime directory; Desktop's is `~/.docker/desktop`.
 */
const isOfVirtualMachine = (path: string, platform: NodeJS.Platform): boolean =>
  /\/\.(docker\/desktop|orbstack|colima|rd|lima)\//.test(path)
    ? !looksLikePodman(path)
    : platform === 'darwin' && path.includes('/.docker/run/');

/**
 * As far as the way to it tells. Where that is not sure, no: then sockets are relayed, which works everywhere. Docker Desktop
 * on Windows lends its socket to Linux below /mnt/wsl; an engine behind tcp may be on any machine.
 */
function mayShareSockets(endpoint: Endpoint | undefined, machine: Machine): boolean {
  if (machine.platform === 'darwin') return false;
  if (endpoint === undefined) return true;
  if (endpoint.kind === 'tcp') return isLocal(endpoint.host);
  const socket = machine.socketAt(endpoint.path)?.path ?? endpoint.path;
  return (
    !isOfVirtualMachine(socket, machine.platform) &&
    !/\/podman-machine|\/machine\/|^\/mnt\/wsl\/docker-desktop\//.test(socket)
  );
}

const isLocal = (host: string): boolean => /^(localhost|127\..*|::1)$/.test(host);

const looksLikePodman = (path: string): boolean => path.includes('podman');

/** `docker.sock` may be a link to Podman's (package podman-docker). */
function socketAt(path: string): { path: string; owner: number } | undefined {
  try {
    const real = realpathSync.native(path);
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
  { endpoint, machine, signal }: { endpoint: Endpoint; machine: Machine; signal: AbortSignal },
): Promise<EngineFacts> {
  const { platform, controllersOf, socketAt: look } = machine;
  const socket = endpoint.kind === 'unix' ? look(endpoint.path) : undefined;
  if (platform !== 'linux' || socket === undefined || socket.path.includes('/machine/'))
    return factsFromInfo('podman', await readInfo(connection, signal));
  const rootless = socket.owner !== 0;
  const delegated = rootless ? controllersOf(socket.owner).trim().split(/\s+/) : undefined;
  const has = (name: string): boolean => delegated?.includes(name) ?? true;
  return {
    ...{ make: 'podman', rootless, limits: has('memory') && has('pids'), cpu: has('cpu') },
    ...{ memory: machine.memory(), sharesSockets: true },
  };
}

interface Info {
  SecurityOptions?: readonly string[];
  /** Podman's, beside what Docker has. */
  Rootless?: boolean;
  CgroupVersion?: string;
  MemoryLimit?: boolean;
  PidsLimit?: boolean;
  CPUShares?: boolean;
  /** Bytes. */
  MemTotal?: number;
  /** As `uname -m` has it; Podman's is Go's. */
  Architecture?: string;
  /** The machine's name, and the system that runs there. */
  Name?: string;
  OperatingSystem?: string;
}

async function readInfo(connection: Connection, signal: AbortSignal): Promise<Info> {
  return JSON.parse((await connection.request('GET', '/info', { signal })).body) as Info;
}

/** Docker says honestly what it can limit; Podman 4 says that it can even where it does not (rootless, cgroup v1). */
function factsFromInfo(make: EngineFacts['make'], info: Info): EngineFacts {
  const named = (info.SecurityOptions ?? []).some((option) => option.startsWith('name=rootless'));
  const rootless = named || info.Rootless === true;
  const has = (controller: boolean | undefined): boolean =>
    controller !== false && !(rootless && info.CgroupVersion === '1');
  return {
    ...{ make, rootless, limits: has(info.MemoryLimit) && has(info.PidsLimit) },
    cpu: has(info.CPUShares),
    ...(info.MemTotal !== undefined && info.MemTotal > 0 && { memory: info.MemTotal }),
    ...(info.Architecture !== undefined && { architecture: info.Architecture }),
    sharesSockets: !isVirtualMachine(info),
  };
}

/** By the names that their makers give them: Colima's and Rancher Desktop's are Lima's, with the profile behind. */
const isVirtualMachine = ({ Name = '', OperatingSystem = '' }: Info): boolean =>
  /^(Docker Desktop|OrbStack|Rancher Desktop)/.test(OperatingSystem) ||
  /^(docker-desktop|orbstack|colima|lima|rancher-desktop)(-|$)/.test(Name);
