// A plan in the words of the engine's API: the body of POST /containers/create.

import { travelsUnseen } from '../../plan/given-variables.ts';
import type { Limits, Mount, RunPlan, Scratch } from '../../plan/run-plan.ts';
import { scratchOptions } from '../../plan/file-system.ts';
import { runDirectory, socketDirectory, startCommand } from '../../plan/inside.ts';
import { awaitedSockets, portsInside, relayedSockets } from '../../plan/sockets.ts';
import type { RunFiles } from '../engine.ts';

/** The body of `POST /containers/create` (Engine API 1.41). */
export function toContainer(plan: RunPlan, files: RunFiles): object {
  const { terminal, limits, security, network, hostPorts } = plan;
  const names = hostPorts.flatMap(({ name }) => name ?? []);
  const ports = portsInside(plan).map(({ port }) => port);
  const awaited = awaitedSockets(plan).map((name) => `${socketDirectory}/${name}`);
  return {
    Image: plan.image.tag,
    // Wherever the file lies on the host, it need not be allowed to run there.
    Entrypoint: plan.image.foreign ? ['/bin/sh', startCommand] : [startCommand],
    ...healthcheck(plan),
    Cmd: plan.command.argv,
    ...(plan.hostName && { Hostname: plan.hostName.name }),
    WorkingDir: plan.workingDirectory.path,
    User: `${plan.user.uid}:${plan.user.gid}`,
    Env: [
      ...plan.environment
        .filter((variable) => !travelsUnseen(variable))
        .map(({ name, value }) => `${name}=${value}`),
      `AI_RUN=${plan.run.id}`,
      ...(awaited.length > 0 ? [`AI_AWAIT=${awaited.join(' ')}`] : []),
      ...(ports.length > 0 ? [`AI_PORTS=${ports.join(' ')}`] : []),
      ...(terminal.tty
        ? [`AI_ROWS=${terminal.rows || ''}`, `AI_COLUMNS=${terminal.columns || ''}`]
        : []),
    ],
    Labels: plan.labels,
    Tty: terminal.tty,
    OpenStdin: terminal.stdin,
    StdinOnce: terminal.stdin,
    AttachStdin: terminal.stdin,
    AttachStdout: true,
    AttachStderr: true,
    ExposedPorts: Object.fromEntries(network.publish.map((port) => [portKey(port), {}])),
    HostConfig: {
      AutoRemove: true,
      Init: true,
      // Not --mount's short form and not Binds: any path works, and a missing source is an error (ENGINE.md).
      Mounts: [
        ...plan.mounts.map((mount) => (mount.volume ? toNamedVolume(mount, plan) : toMount(mount))),
        ...plan.fileSystem.scratch.filter(isOnDisk).map(toVolume),
        toMount(mountOfRun(files)),
      ],
      ...tmpfs(plan, relayedSockets(plan).length > 0),
      ...(plan.fileSystem.readOnly && { ReadonlyRootfs: true }),
      ...(plan.userNamespace && { UsernsMode: plan.userNamespace.mode }),
      ...(names.length > 0 && { ExtraHosts: names.map((name) => `${name}:127.0.0.1`) }),
      GroupAdd: plan.groups.map(({ gid }) => String(gid)),
      CapDrop: ['ALL'],
      CapAdd: security.capAdd,
      SecurityOpt: security.noNewPrivileges ? ['no-new-privileges'] : [],
      NetworkMode: network.mode,
      PortBindings: portBindings(network.publish),
      PidsLimit: limits.pids.count,
      ...(limits.memory && { Memory: limits.memory.bytes, MemorySwap: swapOf(limits.memory) }),
      ...(limits.cpuShares && { CpuShares: limits.cpuShares.count }),
      ...(limits.cpus && { NanoCpus: Math.round(limits.cpus.count * 1e9) }),
      // A session's output is the user's, not the engine's to keep on disk.
      LogConfig: { Type: 'none' },
    },
  };
}

const swapOf = ({ bytes, swap }: NonNullable<Limits['memory']>): number =>
  swap === undefined ? bytes : -1;

const isOnDisk = ({ size }: Scratch): boolean => size === undefined;

/** Without a name: it begins as what the image has there, mode and all, and goes with the container. */
const toVolume = ({ directory }: Scratch): object => ({ Type: 'volume', Target: directory });

/**
 * The engine makes it where there is none, with these labels: whose it is stands in the engine alone. What an image has at that place
 * does not belong into it.
 */
const toNamedVolume = ({ source, target }: Mount, { labels }: RunPlan): object => ({
  ...{ Type: 'volume', Source: source, Target: target },
  VolumeOptions: {
    NoCopy: true,
    Labels: Object.fromEntries(
      Object.entries(labels).filter(([name]) =>
        ['ai.owner', 'ai.project', 'ai.run'].includes(name),
      ),
    ),
  },
});

const mountOfRun = (files: RunFiles): Mount => ({
  role: 'run',
  source: files.inside,
  target: runDirectory,
  kind: 'directory',
  readOnly: true,
  reason: 'what the first process needs to know',
});

function toMount(mount: Mount): object {
  return {
    Type: 'bind',
    Source: mount.source,
    Target: mount.target,
    ReadOnly: mount.readOnly,
    // A mount below the source on the host would come along, writable even where this one is read-only (SECURITY.md).
    ...((mount.readOnly || mount.alone) && { BindOptions: { NonRecursive: true } }),
  };
}

/** That of somebody else's image is about a service, which an assistant is not. */
function healthcheck({ health, image }: RunPlan): object {
  if (health)
    return { Healthcheck: { Test: ['CMD', ...health.argv], Interval: health.seconds * 1e9 } };
  return image.foreign ? { Healthcheck: { Test: ['NONE'] } } : {};
}

function tmpfs(plan: RunPlan, forSockets: boolean): { Tmpfs?: Record<string, string> } {
  const all = {
    ...Object.fromEntries(
      plan.fileSystem.scratch.flatMap(({ directory, size }) =>
        size === undefined ? [] : [[directory, scratchOptions(size)]],
      ),
    ),
    ...(forSockets && { [socketDirectory]: tmpfsOptions(plan) }),
  };
  return Object.keys(all).length > 0 ? { Tmpfs: all } : {};
}

/** For sockets that are made inside. Podman gives a tmpfs to nobody but its root. */
const tmpfsOptions = ({ engine, user }: RunPlan): string =>
  engine.make === 'podman'
    ? 'noexec,size=1m,mode=0777'
    : `noexec,size=1m,mode=0700,uid=${user.uid},gid=${user.gid}`;

type Publish = RunPlan['network']['publish'][number];

const portKey = (port: Publish): string => `${port.containerPort}/${port.protocol}`;

function portBindings(publish: readonly Publish[]): Record<string, object[]> {
  const bindings: Record<string, object[]> = {};
  for (const port of publish)
    (bindings[portKey(port)] ??= []).push({ HostIp: port.hostAddress, HostPort: port.hostPort });
  return bindings;
}
