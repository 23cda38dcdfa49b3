// The sockets by which a run reaches its launcher: the ssh agent's, one for every port of the host, the browser's. Pure.

import { socketDirectory } from './inside.ts';
import type { HostPort, Mount, Owner, Prepare, RunPlan } from './run-plan.ts';

type Tunnelled = Pick<RunPlan, 'ssh' | 'hostPorts' | 'egress' | 'browser'>;

/** The agent's socket, in the directory of sockets. */
export const agentSocketName = 'agent';

/** Where it is inside. */
export const agentSocketInside = `${socketDirectory}/${agentSocketName}`;

/** The browser's; templates/inside/xdg-open knows it by that name. */
export const browserSocketName = 'browser';

/** What leads to a port of the host, in the same directory; templates/inside/start knows it by that name. */
export const portSocketName = ({ port }: Pick<HostPort, 'port'>): string => `port-${port}`;

export interface SocketPlaces {
  /** The run's directory for sockets on the host. */
  source: string;
  owner: Owner;
  below: string;
}

/**
 * The directory of sockets: mounted where the engine shares them. Where it shares files only, the relay connects to them on
 * this side.
 */
export function planSockets(
  plan: Tunnelled,
  sharesSockets: boolean,
  { source, owner, below }: SocketPlaces,
): { mounts: readonly Mount[]; create: Prepare['create'] } {
  const reason = [
    ...(plan.ssh.way ? ['your ssh agent, behind a filter'] : []),
    ...plan.hostPorts.map(({ host, hostPort }) => `the way to ${host}:${hostPort}`),
    ...(plan.egress ? ['the way to allowed hosts'] : []),
    ...(plan.browser ? ['the way to your browser'] : []),
  ].join('; ');
  if (reason === '') return { mounts: [], create: [] };
  const kind = 'directory';
  if (!sharesSockets)
    return {
      mounts: [],
      create: [{ path: source, kind, mode: 0o700, owner, below, reason: `${reason}, relayed` }],
    };
  const target = socketDirectory;
  return { mounts: [{ role: 'run', source, target, kind, readOnly: true, reason }], create: [] };
}

/** Ports of the loopback inside that lead to a socket of that name each. */
export const portsInside = ({
  hostPorts,
  egress,
}: Pick<Tunnelled, 'hostPorts'> & { egress?: RunPlan['egress'] | undefined }): readonly {
  port: number;
}[] => [...hostPorts, ...(egress ? [{ port: egress.port }] : [])];

/** Names of those that a program inside makes, since the engine shares none. */
export const relayedSockets = ({
  ssh,
  hostPorts,
  egress,
  browser,
  engine,
}: Tunnelled & Pick<RunPlan, 'engine'>): readonly string[] =>
  engine.sharesSockets
    ? []
    : [
        ...(ssh.way ? [agentSocketName] : []),
        ...portsInside({ hostPorts, egress }).map(portSocketName),
        ...(browser ? [browserSocketName] : []),
      ];

/** Those of them that the first process waits for: who wants the browser waits itself. */
export const awaitedSockets = (plan: Parameters<typeof relayedSockets>[0]): readonly string[] =>
  relayedSockets(plan).filter((name) => name !== browserSocketName);

/** The same plan for a container that has something else to do than the session: nothing leads anywhere there. */
export const withoutSockets = (plan: RunPlan): RunPlan => ({
  ...plan,
  browser: undefined,
  ssh: { agent: 'none', hosts: [], reason: 'not for this' },
  hostPorts: [],
  egress: undefined,
});
