// The checks of containers of the CIS Docker Benchmark 1.6, section 5, as docker-bench-security reads them out of an inspection.

import type { ContainerInspectInfo } from 'dockerode';

/** dockerode leaves what these hold open. */
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(String) : [];

const sensitive = ['/', '/boot', '/dev', '/etc', '/lib', '/proc', '/sys', '/usr'];

type Check = readonly [string, (seen: ContainerInspectInfo) => boolean];

/** What each passes by. 5.1 is the engine's; 5.3 is SELinux, which not every machine has; 5.7, 5.19, 5.23, 5.24, 5.28 and 5.30 are for people to judge. */
const checks: readonly Check[] = [
  ['5.2 AppArmor', ({ AppArmorProfile }) => !['', 'unconfined'].includes(AppArmorProfile)],
  [
    '5.4 capabilities',
    ({ HostConfig: { CapAdd, CapDrop } }) =>
      texts(CapAdd).length === 0 && texts(CapDrop).includes('ALL'),
  ],
  ['5.5 privileged mode', ({ HostConfig }) => HostConfig.Privileged !== true],
  [
    '5.6 directories of the host',
    ({ Mounts }) => Mounts.every(({ Source }) => !sensitive.includes(Source)),
  ],
  [
    '5.8 privileged ports',
    ({ NetworkSettings }) =>
      hostPorts(NetworkSettings.Ports).every(({ HostPort }) => Number(HostPort) >= 1024),
  ],
  ['5.9 ports', ({ NetworkSettings }) => hostPorts(NetworkSettings.Ports).length === 0],
  ['5.10 network of the host', ({ HostConfig }) => HostConfig.NetworkMode !== 'host'],
  ['5.11 memory', ({ HostConfig }) => (HostConfig.Memory ?? 0) > 0],
  [
    '5.12 processors',
    ({ HostConfig }) => (HostConfig.CpuShares ?? 0) > 0 || (HostConfig.NanoCpus ?? 0) > 0,
  ],
  ['5.13 root file system', ({ HostConfig }) => HostConfig.ReadonlyRootfs === true],
  [
    '5.14 interfaces',
    ({ NetworkSettings }) =>
      hostPorts(NetworkSettings.Ports).every(({ HostIp }) => HostIp !== '0.0.0.0'),
  ],
  ['5.15 restarts', ({ HostConfig }) => ['', 'no'].includes(HostConfig.RestartPolicy?.Name ?? '')],
  ['5.16 processes of the host', ({ HostConfig }) => HostConfig.PidMode !== 'host'],
  ['5.17 IPC of the host', ({ HostConfig }) => HostConfig.IpcMode !== 'host'],
  ['5.18 devices', ({ HostConfig }) => texts(HostConfig.Devices).length === 0],
  [
    '5.20 mount propagation',
    ({ Mounts }) => Mounts.every(({ Propagation }) => Propagation !== 'shared'),
  ],
  ['5.21 UTS of the host', ({ HostConfig }) => HostConfig.UTSMode !== 'host'],
  [
    '5.22 seccomp',
    ({ HostConfig }) => !texts(HostConfig.SecurityOpt).includes('seccomp=unconfined'),
  ],
  ['5.25 cgroup', ({ HostConfig }) => [undefined, ''].includes(HostConfig.CgroupParent)],
  [
    '5.26 new privileges',
    ({ HostConfig }) => texts(HostConfig.SecurityOpt).includes('no-new-privileges'),
  ],
  ['5.27 health', ({ State }) => State.Health !== undefined],
  ['5.29 processes', ({ HostConfig }) => (HostConfig.PidsLimit ?? 0) > 0],
  ['5.31 users of the host', ({ HostConfig }) => HostConfig.UsernsMode !== 'host'],
  [
    '5.32 socket of the engine',
    ({ Mounts }) => Mounts.every(({ Source }) => !Source.endsWith('docker.sock')),
  ],
];

/** Those that the container does not pass. */
export const cisWarnings = (seen: ContainerInspectInfo): readonly string[] =>
  checks.filter(([, passes]) => !passes(seen)).map(([name]) => name);

const hostPorts = (
  ports: ContainerInspectInfo['NetworkSettings']['Ports'],
): readonly { HostIp: string; HostPort: string }[] =>
  Object.values(ports).flatMap(
    (bindings: { HostIp: string; HostPort: string }[] | null) => bindings ?? [],
  );
