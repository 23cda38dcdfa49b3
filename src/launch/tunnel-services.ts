// What crosses between a launch and its container: the user's ssh, ports of this machine. A run without loads nothing of it.

import type { Container } from '../engines/engine.ts';
import type { Facts } from '../plan/facts.ts';
import { showPort } from '../plan/provider-url.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { agentSocketName, relayedSockets } from '../plan/sockets.ts';
import type { ForwardedPorts } from './forward-ports.ts';
import type { ForwardedSsh } from './forward-ssh.ts';
import type { SocketRelay } from './relay-sockets.ts';
import type { World } from './world.ts';

export interface TunnelServices {
  /** Before the start. @throws AiError AI_STATE_UNWRITABLE */
  open: () => Promise<void>;
  /** The container runs. */
  started: (container: Container) => void;
  /** It has ended, or nobody can tell. */
  ended: () => void;
  /** After the end: what the user has to know of it, and host keys that the session has met. */
  conclude: () => Promise<void>;
  close: () => Promise<void>;
}

/** @param facts who the user is, and where the files of runs go */
export function tunnelServices(
  world: World,
  plan: RunPlan,
  { host, state }: Pick<Facts, 'host' | 'state'>,
): TunnelServices {
  let ssh: ForwardedSsh | undefined;
  let ports: ForwardedPorts | undefined;
  let relay: Promise<SocketRelay> | undefined;

  const openSsh = async (): Promise<void> => {
    if (plan.ssh.agent === 'none') return;
    const { ForwardedSsh } = await import('./forward-ssh.ts');
    ssh = new ForwardedSsh(world, plan, state.writable, host.userName);
    await ssh.open();
  };
  const openPorts = async (): Promise<void> => {
    if (plan.hostPorts.length === 0) return;
    const { ForwardedPorts } = await import('./forward-ports.ts');
    ports = new ForwardedPorts(world, plan, state.writable);
    await ports.open();
  };
  const addressOf = (name: string): string | undefined =>
    name === agentSocketName ? ssh?.address : ports?.addressOf(name);

  return {
    open: async () => {
      const done = await Promise.allSettled([openSsh(), openPorts()]);
      for (const one of done) if (one.status === 'rejected') throw one.reason;
    },
    started: (container) => {
      const names = relayedSockets(plan);
      if (names.length === 0) return;
      const { emit } = world;
      relay = import('./relay-sockets.ts').then(({ relaySockets }) =>
        relaySockets(container, plan.user, { names, title: titleOf(plan), addressOf, emit }),
      );
    },
    ended: () => {
      void relay?.then((one) => {
        one.expectEnd();
      });
    },
    conclude: async () => {
      ports?.tell();
      await ssh?.offerHostKeys();
    },
    close: async () => {
      (await relay)?.close();
      await Promise.all([ssh?.close(), ports?.close()]);
    },
  };
}

const titleOf = ({ ssh, hostPorts }: RunPlan): string =>
  [...(ssh.way ? ['your ssh agent'] : []), ...hostPorts.map(showPort)].join(' and ');
