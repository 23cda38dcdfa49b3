// What is found out about an engine before a run: which ones are asked, and what their answers mean.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createStreamServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Endpoint } from '../../../src/engines/docker/endpoint.ts';
import { readEngineFacts, type Machine } from '../../../src/engines/docker/facts.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const docker = { server: 'Docker/20.10.24 (linux)' };
const podman = { server: 'Libpod/4.3.1 (linux)', 'libpod-api-version': '4.3.1' };
const rootless = { SecurityOptions: ['name=seccomp,profile=default', 'name=rootless'] };
const usual = 'docker, limits';
const inMachine = `${usual}, no sockets`;

interface Case {
  headers?: Record<string, string>;
  info?: object;
  /** Where the path of the socket leads. */
  at: string;
  owner?: number;
  platform?: NodeJS.Platform;
  controllers?: string;
}

const cases: readonly [string, Case, { facts: string; asked: string }][] = [
  ['root’s socket', { at: '/run/docker.sock', owner: 0 }, { facts: usual, asked: '' }],
  [
    'Podman’s as root, also behind a link',
    { at: '/run/podman/podman.sock', owner: 0, headers: podman },
    { facts: 'podman, limits', asked: '/_ping' },
  ],
  [
    'Podman’s of a user, cgroup v1',
    { at: '/run/user/7/podman/podman.sock', headers: podman },
    { facts: 'podman, rootless', asked: '/_ping' },
  ],
  [
    'Podman’s of a user, cgroup v2',
    { at: '/run/user/7/podman/podman.sock', headers: podman, controllers: 'cpu memory pids\n' },
    { facts: 'podman, rootless, limits', asked: '/_ping' },
  ],
  [
    'Podman’s of a user, cgroup v2 without the delegation of memory',
    { at: '/run/user/7/podman/podman.sock', headers: podman, controllers: 'cpu pids' },
    { facts: 'podman, rootless, cpu: true', asked: '/_ping' },
  ],
  [
    'Podman’s of a user, cgroup v2 with what systemd delegates by default',
    { at: '/run/user/7/podman/podman.sock', headers: podman, controllers: 'memory pids\n' },
    { facts: 'podman, rootless, limits, cpu: false', asked: '/_ping' },
  ],
  [
    'Podman’s machine',
    {
      at: '/home/ann/.local/share/containers/podman/machine/podman.sock',
      headers: podman,
      info: { Rootless: false, MemoryLimit: true },
    },
    { facts: 'podman, limits, no sockets', asked: '/_ping /info' },
  ],
  [
    'Podman’s on a Mac',
    {
      at: '/var/folders/x/podman/podman.sock',
      headers: podman,
      platform: 'darwin',
      info: { Rootless: true, CgroupVersion: '2' },
    },
    { facts: 'podman, rootless, limits, no sockets', asked: '/_ping /info' },
  ],
  [
    'Docker’s of a user, cgroup v1',
    {
      at: '/run/user/7/docker.sock',
      info: { ...rootless, MemoryLimit: false, PidsLimit: false, CgroupVersion: '1' },
    },
    { facts: 'docker, rootless', asked: '/_ping /info' },
  ],
  [
    'Docker’s of a user, cgroup v2',
    {
      at: '/run/user/7/docker.sock',
      info: { ...rootless, MemoryLimit: true, PidsLimit: true, CgroupVersion: '2' },
    },
    { facts: 'docker, rootless, limits', asked: '/_ping /info' },
  ],
  [
    'Docker’s of a user without the controllers of cgroup v2',
    {
      at: '/run/user/7/docker.sock',
      info: { ...rootless, MemoryLimit: false, CPUShares: false, CgroupVersion: '2' },
    },
    { facts: 'docker, rootless', asked: '/_ping /info' },
  ],
  [
    'root’s engine behind a user’s socket',
    { at: '/home/ann/forwarded.sock', info: { SecurityOptions: [], MemoryLimit: true } },
    { facts: usual, asked: '/_ping /info' },
  ],
  ...['.docker/desktop', '.orbstack/run', '.colima/default', '.rd'].map(
    (directory): [string, Case, { facts: string; asked: string }] => [
      `a virtual machine’s, ${directory}`,
      { at: `/home/ann/${directory}/docker.sock` },
      { facts: inMachine, asked: '' },
    ],
  ),
  [
    'Docker Desktop’s on a Mac',
    { at: '/Users/ann/.docker/run/docker.sock', platform: 'darwin' },
    { facts: inMachine, asked: '' },
  ],
  [
    'Docker Desktop’s on Windows, which is root’s in Linux there',
    {
      at: '/mnt/wsl/docker-desktop/shared-sockets/guest-services/docker.proxy.sock',
      owner: 0,
    },
    { facts: inMachine, asked: '' },
  ],
  ...[
    { Name: 'docker-desktop' },
    { OperatingSystem: 'Docker Desktop' },
    { OperatingSystem: 'OrbStack' },
    { Name: 'colima' },
    { Name: 'colima-work' },
    { Name: 'lima-rancher-desktop' },
  ].map((names): [string, Case, { facts: string; asked: string }] => [
    `a virtual machine’s behind a user’s socket, by its words: ${JSON.stringify(names)}`,
    { at: '/home/ann/forwarded.sock', info: names },
    { facts: inMachine, asked: '/_ping /info' },
  ]),
  [
    'one on a machine whose name only begins so',
    { at: '/home/ann/forwarded.sock', info: { Name: 'colimax', OperatingSystem: 'Debian' } },
    { facts: usual, asked: '/_ping /info' },
  ],
  [
    'Docker’s of a user without a runtime directory',
    { at: '/home/ann/.docker/run/docker.sock', info: { ...rootless, CgroupVersion: '1' } },
    { facts: 'docker, rootless', asked: '/_ping /info' },
  ],
  [
    'one that answers nonsense',
    { at: '/run/user/7/docker.sock', info: [] },
    { facts: usual, asked: '/_ping /info' },
  ],
];

describe('an engine', () => {
  it.each(cases)('%s', async (_, { headers = docker, info = {}, ...socket }, expected) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(200, headers).end(request.url === '/info' ? JSON.stringify(info) : 'OK');
    });
    const at = path.join(temporaryDirectory(), 's');
    await once(server.listen(at), 'listening');
    onTestFinished(() => {
      server.close();
    });
    const facts = await readEngineFacts({ kind: 'unix', path: at }, machineOf(socket));
    const words = [
      facts.make,
      facts.rootless && 'rootless',
      facts.limits && 'limits',
      facts.limits !== facts.cpu && `cpu: ${facts.cpu}`,
      !facts.sharesSockets && 'no sockets',
    ];
    expect(words.filter(Boolean).join(', ')).toBe(expected.facts);
    expect(asked.join(' ')).toBe(expected.asked);
  });

  it('that does not answer, or is not named at all, is taken for the usual one', async () => {
    const facts = {
      ...{ make: 'docker', rootless: false, limits: true, cpu: true, sharesSockets: true },
      memory: ours,
    };
    const at = path.join(temporaryDirectory(), 's');
    const machine = machineOf({ at: '/run/user/7/docker.sock' });
    expect(await readEngineFacts(undefined, machine)).toEqual(facts);
    expect(await readEngineFacts({ kind: 'unix', path: at }, machine)).toEqual(facts);
    const server = createStreamServer((socket) => socket.destroy());
    await once(server.listen(at), 'listening');
    expect(await readEngineFacts({ kind: 'unix', path: at }, machine)).toEqual(facts);
    server.close();
  });

  it.each<[string, Case, object, number | undefined]>([
    ['of this machine', { at: '/run/docker.sock', owner: 0 }, {}, ours],
    ['as it says itself', { at: '/home/ann/x.sock' }, { MemTotal: 5 }, 5],
    ['unless it says nothing', { at: '/home/ann/x.sock' }, { MemTotal: 0 }, undefined],
    ['unless it is a virtual machine’s', { at: '/home/ann/.colima/docker.sock' }, {}, undefined],
  ])('has the memory %s', async (_, socket, info, expected) => {
    const server = createServer((request, response) => {
      response.writeHead(200, docker).end(request.url === '/info' ? JSON.stringify(info) : 'OK');
    });
    const at = path.join(temporaryDirectory(), 's');
    await once(server.listen(at), 'listening');
    onTestFinished(() => {
      server.close();
    });
    const facts = await readEngineFacts({ kind: 'unix', path: at }, machineOf(socket));
    expect(facts.memory).toBe(expected);
  });

  it('says its architecture where it is asked anyway', async () => {
    const server = createServer((request, response) => {
      const info = request.url === '/info' ? JSON.stringify({ Architecture: 'aarch64' }) : 'OK';
      response.writeHead(200, docker).end(info);
    });
    const at = path.join(temporaryDirectory(), 's');
    await once(server.listen(at), 'listening');
    onTestFinished(() => {
      server.close();
    });
    const read = async (owner: number): Promise<string | undefined> =>
      (await readEngineFacts({ kind: 'unix', path: at }, machineOf({ at, owner }))).architecture;
    expect(await read(7)).toBe('aarch64');
    expect(await read(0)).toBeUndefined();
  });

  it.each<[string, Endpoint | undefined, NodeJS.Platform, boolean]>([
    ['not named at all, on a Mac', undefined, 'darwin', false],
    [
      'behind tcp, elsewhere',
      { kind: 'tcp', host: '192.0.2.1', port: 1, tls: undefined },
      'linux',
      false,
    ],
    [
      'behind tcp, here',
      { kind: 'tcp', host: '127.0.0.1', port: 1, tls: undefined },
      'linux',
      true,
    ],
  ])('%s shares sockets as far as is known', async (_what, endpoint, platform, shares) => {
    const facts = await readEngineFacts(endpoint, machineOf({ at: '', platform }));
    expect(facts.sharesSockets).toBe(shares);
  });

  it.each(['/_ping', '/info'])('that is silent at %s is not waited for', async (target) => {
    const server = createServer((request, response) => {
      if (request.url !== target) response.writeHead(200, docker).end('OK');
    });
    const at = path.join(temporaryDirectory(), 's');
    await once(server.listen(at), 'listening');
    const machine = machineOf({ at: '/run/user/7/docker.sock' });
    const endpoint = { kind: 'unix', path: at, origin: 'DOCKER_HOST' } as const;
    await expect(readEngineFacts(endpoint, machine, 200)).rejects.toMatchObject({
      code: 'AI_ENGINE_UNREACHABLE',
      facts: { endpoint: `unix://${at}`, cause: 'it does not answer', origin: 'DOCKER_HOST' },
    });
    server.closeAllConnections();
    server.close();
  });
});

/** Bytes of the machine that the engine shares with us. */
const ours = 1000;

const machineOf = ({ at, owner = 7, platform = 'linux', controllers = '' }: Case): Machine => ({
  platform,
  // Of the socket's owner, whoever asks.
  controllersOf: (uid) => (uid === owner ? controllers : ''),
  socketAt: () => ({ path: at, owner }),
  memory: () => ours,
});
